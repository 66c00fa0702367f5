def list_typescript_files(package): return iter(())
