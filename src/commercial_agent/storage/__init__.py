"""PostgreSQL: the embedded server, tables, migrations, and the repositories. All SQL stands here and in knowledge."""
