"""Labels as files: CSV, JSONL, Parquet, Label Studio, and folders by topic; one module a format."""
