-- The knowledge base: one row a collection (an index with a version), its documents, passages and embeddings.

CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE knowledge_collections (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    version BIGINT DEFAULT 0 NOT NULL,
    fingerprint TEXT DEFAULT '' NOT NULL,
    folder_hash TEXT DEFAULT '' NOT NULL,
    pivot FLOAT DEFAULT 0 NOT NULL,
    passages INTEGER DEFAULT 0 NOT NULL,
    term_numbers BYTEA DEFAULT ''::bytea NOT NULL,
    term_counts BYTEA DEFAULT ''::bytea NOT NULL,
    embeddings TEXT,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_collections_pkey PRIMARY KEY (id),
    CONSTRAINT knowledge_collections_name_key UNIQUE (name)
);

CREATE TABLE knowledge_documents (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    collection_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    languages TEXT[] NOT NULL,
    tags TEXT[] NOT NULL,
    valid_from DATE,
    valid_until DATE,
    warnings TEXT[] NOT NULL,
    CONSTRAINT knowledge_documents_pkey PRIMARY KEY (id),
    CONSTRAINT knowledge_documents_collection_id_path_key UNIQUE (collection_id, path),
    CONSTRAINT knowledge_documents_collection_id_fkey FOREIGN KEY (collection_id)
        REFERENCES knowledge_collections (id) ON DELETE CASCADE
);

CREATE TABLE knowledge_passages (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    collection_id INTEGER NOT NULL,
    document_id BIGINT NOT NULL,
    ordinal INTEGER NOT NULL,
    anchor TEXT NOT NULL,
    headings TEXT[] NOT NULL,
    text TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    length INTEGER NOT NULL,
    duplicate BOOLEAN DEFAULT false NOT NULL,
    vector SPARSEVEC NOT NULL,
    question_vectors SPARSEVEC[] NOT NULL,
    terms INTEGER[] NOT NULL,
    CONSTRAINT knowledge_passages_pkey PRIMARY KEY (id),
    CONSTRAINT knowledge_passages_document_id_fkey FOREIGN KEY (document_id)
        REFERENCES knowledge_documents (id) ON DELETE CASCADE
);

-- A scan reads every vector: they stay in the row, uncompressed, up to a page's size.
ALTER TABLE knowledge_passages SET (toast_tuple_target = 8160);
ALTER TABLE knowledge_passages
    ALTER COLUMN vector SET STORAGE EXTERNAL,
    ALTER COLUMN question_vectors SET STORAGE EXTERNAL,
    ALTER COLUMN terms SET STORAGE EXTENDED;

CREATE INDEX knowledge_passages_document_id_idx ON knowledge_passages (document_id);

CREATE INDEX knowledge_passages_collection_id_idx ON knowledge_passages (collection_id);

CREATE INDEX knowledge_passages_terms_idx ON knowledge_passages USING gin (terms);

CREATE TABLE knowledge_embeddings (
    model TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    embedding VECTOR NOT NULL,
    CONSTRAINT knowledge_embeddings_pkey PRIMARY KEY (model, text_hash)
);
