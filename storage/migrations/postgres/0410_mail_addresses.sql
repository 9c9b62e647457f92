-- Where a person also wants notices, once they confirmed it. Sealed; nobody is looked up by it.
ALTER TABLE persons ADD COLUMN mail BYTEA;
