"""Work on the schema at design time: checks, reviews, costs, documents, types and AWS templates, derived from the declared schema."""
