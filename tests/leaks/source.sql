-- Twelve invented people with valid identifiers, and room for every kind of leak. The national identity numbers are those of
-- Skatteetaten's synthetic test population (month + 80).
CREATE EXTENSION hstore;
CREATE SCHEMA other;
CREATE TYPE contact AS (label text, address text);
CREATE TYPE text_range AS RANGE (subtype = text);

CREATE TABLE people (
    id int PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, email text UNIQUE NOT NULL, phone text NOT NULL,
    account text UNIQUE NOT NULL, iban text UNIQUE NOT NULL, national_id text UNIQUE NOT NULL, card text NOT NULL, ip inet NOT NULL,
    plan text NOT NULL, token text, signature bytea);
INSERT INTO people VALUES
    (1, 'Sølvi', 'Fjærbæk', 'solvi.fjarbak@fjordpost.no', '+4798869672', '56918413265', 'NO4256918413265', '28847437865', '4539193036426216', '84.208.36.159', 'basic'),
    (2, 'Børge', 'Tranøyvik', 'borge.tranoyvik@fjordpost.no', '+4796262196', '83311443359', 'NO1183311443359', '07899342008', '4539323640562243', '84.208.17.85', 'plus'),
    (3, 'Ragnfrid', 'Gråstøl', 'ragnfrid.grastol@fjordpost.no', '+4799073504', '51625658636', 'NO6251625658636', '16926112981', '4539405608656909', '84.208.116.12', 'basic'),
    (4, 'Tormund', 'Kvernmoen', 'tormund.kvernmoen@fjordpost.no', '+4797083846', '82651724690', 'NO6782651724690', '05866745953', '4539814542124728', '84.208.185.13', 'plus'),
    (5, 'Åshild', 'Lindåsen', 'ashild.lindasen@fjordpost.no', '+4791934612', '29714658733', 'NO9429714658733', '21818127178', '4539329261265206', '84.208.217.108', 'basic'),
    (6, 'Eldbjørg', 'Myklesund', 'eldbjorg.myklesund@fjordpost.no', '+4794021917', '58732793869', 'NO0658732793869', '03886736362', '4539885159045844', '84.208.214.125', 'plus'),
    (7, 'Hallgrim', 'Nordrevær', 'hallgrim.nordrevar@fjordpost.no', '+4798766827', '55631895653', 'NO8655631895653', '10899144428', '4539554565275581', '84.208.37.136', 'basic'),
    (8, 'Jorunn', 'Olavskar', 'jorunn.olavskar@fjordpost.no', '+4796077894', '34685273979', 'NO0734685273979', '09925120003', '4539297923207322', '84.208.14.229', 'plus'),
    (9, 'Ketil', 'Pålsrudvik', 'ketil.palsrudvik@fjordpost.no', '+4796890477', '32638491787', 'NO2532638491787', '13918913690', '4539933505646186', '84.208.96.247', 'basic'),
    (10, 'Liv', 'Revheimsdal', 'liv.revheimsdal@fjordpost.no', '+4793166941', '19525996568', 'NO4719525996568', '14878642873', '4539857229697326', '84.208.156.24', 'plus'),
    (11, 'Magnhild', 'Skogløkken', 'magnhild.skoglokken@fjordpost.no', '+4798242452', '61726936772', 'NO6261726936772', '23877418103', '4539994474605470', '84.208.238.74', 'basic'),
    (12, 'Njål', 'Tverrfjellet', 'njal.tverrfjellet@fjordpost.no', '+4791221514', '38128451371', 'NO1738128451371', '16898524039', '4539370374244795', '84.208.122.133', 'plus');
UPDATE people SET
    token = 'eyJhbGciOiJIUzI1NiJ9.' || translate(rtrim(replace(encode(convert_to(
        '{"sub":"' || id || '","email":"' || email || '"}', 'UTF8'), 'base64'), E'\n', ''), '='), '+/', '-_') || '.c2lnbmF0dXJl' || md5(id::text),
    signature = convert_to('GIF89a the signature of customer ' || id, 'UTF8');

-- Nothing in here is personal before a leak is planted.
CREATE TABLE nest (
    id int PRIMARY KEY, t text, j jsonb, b bytea, h hstore, a text[], c contact, x xml, r text_range, v tsvector, i inet, n bigint, d numeric);
INSERT INTO nest SELECT i, 'harmless', '{"a": 1}', 'harmless bytes', 'a=>1', '{harmless}', ROW('a', 'b')::contact, '<a>b</a>',
    '[a,b]', 'harmless', '10.0.0.1', 1, 1 FROM generate_series(1, 20) i;
CREATE TABLE other.letters (id int PRIMARY KEY, body text);
INSERT INTO other.letters SELECT i, 'harmless' FROM generate_series(1, 20) i;

SELECT lo_from_bytea(4711, 'a harmless large object');

-- Objects that are changed after masking, with nothing in them before.
CREATE FUNCTION greeting() RETURNS text LANGUAGE sql AS $$ SELECT 'harmless' $$;
CREATE VIEW greetings AS SELECT 'harmless' AS t;
CREATE TYPE mood AS ENUM ('harmless');
ALTER TABLE nest ADD CONSTRAINT harmless CHECK (t <> 'harmful');
CREATE POLICY certain ON nest USING (t <> 'harmful');

-- So many pages that it is read in several ranges of pages.
CREATE TABLE long_one (id int PRIMARY KEY, t text, filler text);
INSERT INTO long_one SELECT i, 'harmless', repeat('x', 200) FROM generate_series(1, 5000) i;
CREATE MATERIALIZED VIEW nest_view AS SELECT id, t FROM nest;
ANALYZE;
