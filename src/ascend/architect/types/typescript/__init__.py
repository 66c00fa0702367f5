"""A TypeScript package for front ends and their servers, generated from an application: types, a client, senders."""
