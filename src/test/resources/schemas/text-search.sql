CREATE SCHEMA app;
CREATE TEXT SEARCH DICTIONARY app.plainly (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY app.bare (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION app.words (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION app.words ADD MAPPING FOR asciiword, word WITH app.plainly, english_stem;
ALTER TEXT SEARCH CONFIGURATION app.words ADD MAPPING FOR int WITH simple;
COMMENT ON TEXT SEARCH CONFIGURATION app.words IS 'for words';
COMMENT ON TEXT SEARCH DICTIONARY app.plainly IS 'plainly';
ALTER TEXT SEARCH CONFIGURATION app.words OWNER TO rubicon_owner;
ALTER TEXT SEARCH DICTIONARY app.bare OWNER TO rubicon_owner;
CREATE TABLE app.texts (t text, v tsvector GENERATED ALWAYS AS (to_tsvector('app.words', t)) STORED);
CREATE INDEX ON app.texts USING gin (to_tsvector('app.words', t));
CREATE TEXT SEARCH PARSER app.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype,
    HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE app.template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY app.templated (TEMPLATE = app.template);
CREATE TEXT SEARCH CONFIGURATION app.parsed (PARSER = app.parser);
COMMENT ON TEXT SEARCH PARSER app.parser IS 'parses';
