-- Drop: made-up customers, at any scale and the same ones every time.
--
-- Two settings are read before anything is written:
--   drop.scale   1 is about 200,000 rows; every table grows in proportion (default 1)
--   drop.seed    another seed is another set of people (default 1)
--
-- Each value is a function of its row number and the seed. There is no random() and no now() in here: "today" is
-- 1 November 2026. People, addresses, companies and mail domains are invented; the identifiers made for them are
-- valid and lie outside every range reserved for examples, so that one that gets through is plain to see.

SET client_min_messages = warning;
SET search_path = public;
SET synchronous_commit = off;


-- How values are made ------------------------------------------------------------------------------------------
--
-- The helpers live in pg_temp and are discarded at the end. Those in SQL are single expressions without a
-- stricter volatility than what they call, which is what lets the planner expand them in place.

-- IMMUTABLE is a promise these two keep for the length of one script, and it makes constants of them.
CREATE FUNCTION pg_temp.seed() RETURNS bigint LANGUAGE sql IMMUTABLE
    AS $$ SELECT coalesce(nullif(current_setting('drop.seed', true), ''), '1')::bigint $$;

-- Never fewer than three rows, so that each table has a first, a last and one between.
CREATE FUNCTION pg_temp.rows_of(at_scale_one integer) RETURNS integer LANGUAGE sql IMMUTABLE
    AS $$ SELECT greatest(3, round(at_scale_one
              * coalesce(nullif(current_setting('drop.scale', true), ''), '1')::numeric))::integer $$;

-- A number from 0 to 2^63 - 1 for row i; `what` keeps one use of the row number apart from another.
CREATE FUNCTION pg_temp.h(i bigint, what text) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT hashint8extended(i, hashtextextended(what, pg_temp.seed())) & 9223372036854775807 $$;

CREATE FUNCTION pg_temp.pick(i bigint, what text, choices bigint) RETURNS integer LANGUAGE sql STABLE
    AS $$ SELECT (pg_temp.h(i, what) % choices)::integer $$;

CREATE FUNCTION pg_temp.one_of(i bigint, what text, choices text[]) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT choices[1 + pg_temp.h(i, what) % cardinality(choices)] $$;

CREATE FUNCTION pg_temp.hex16(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT lpad(to_hex(hashint8extended(i, hashtextextended(what, pg_temp.seed()))), 16, '0') $$;

CREATE FUNCTION pg_temp.hex32(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT md5(what || i || ':' || pg_temp.seed()) $$;

-- A moment within `days` days before today.
CREATE FUNCTION pg_temp.moment(i bigint, what text, days integer) RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT TIMESTAMPTZ '2026-11-01 00:00:00+00' - make_interval(secs => pg_temp.h(i, what) % (days * 86400)) $$;

-- The last seven digits of a telephone number: a permutation, so that no two rows share one.
CREATE FUNCTION pg_temp.seven_digits(i bigint, what text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT lpad(((i * 7654321 + pg_temp.h(0, what) % 10000000) % 10000000)::text, 7, '0') $$;

-- COLLATE "C", so that no locale has a say in what is a capital.
CREATE FUNCTION pg_temp.ascii_name(name text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT lower(translate(name COLLATE "C", 'ÆØÅæøåÁÉáéëöüłıčćđšžżğşçóńŁČĆĐŠŽĞŞÇİÖÜ'' -.',
                                       'AOAaoaAEaeeouliccdszzgsconLCCDSZGSCIOU')) $$;

CREATE FUNCTION pg_temp.base64url(content bytea) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT translate(encode(content, 'base64'), E'+/=\n', '-_') $$;

-- Bytes that do not compress, as those of a scanned page would not.
CREATE FUNCTION pg_temp.noise(i bigint, blocks integer) RETURNS bytea LANGUAGE sql STABLE
    AS $$ SELECT string_agg(sha256(int8send(pg_temp.h(i * 100000 + b, 'noise'))), '' ORDER BY b)
          FROM generate_series(1, blocks) AS b $$;


-- How many there are of what other rows point at ---------------------------------------------------------------

CREATE FUNCTION pg_temp.users_n() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_temp.rows_of(12000)';
CREATE FUNCTION pg_temp.accounts_n() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_temp.rows_of(14000)';
CREATE FUNCTION pg_temp.recipients_n() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_temp.rows_of(8000)';
CREATE FUNCTION pg_temp.merchants_n() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_temp.rows_of(500)';
CREATE FUNCTION pg_temp.transactions_n() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT pg_temp.rows_of(60000)';


-- People -------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.first_names() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    'Anne', 'Inger', 'Kari', 'Marit', 'Ingrid', 'Liv', 'Eva', 'Berit', 'Astrid', 'Bjørg', 'Hilde', 'Anna',
    'Solveig', 'Marianne', 'Randi', 'Ida', 'Nina', 'Maria', 'Elisabeth', 'Kristin', 'Bente', 'Heidi', 'Silje',
    'Hanne', 'Linda', 'Tone', 'Anita', 'Tove', 'Gerd', 'Wenche', 'Ragnhild', 'Camilla', 'Ellen', 'Karin', 'Hege',
    'Julie', 'Mona', 'Marte', 'Emma', 'Nora', 'Turid', 'Sigrid', 'Åse', 'Åshild', 'Torhild', 'Gunnhild', 'Synnøve',
    'Maren', 'Thea', 'Frida', 'Jorunn', 'Guro', 'Siv', 'Vigdis', 'Målfrid', 'Aud', 'Oddny', 'Trude', 'Renate',
    'Vilde', 'Jan', 'Per', 'Bjørn', 'Ole', 'Lars', 'Kjell', 'Knut', 'Arne', 'Svein', 'Thomas', 'Hans', 'Geir',
    'Tor', 'Morten', 'Terje', 'Odd', 'Erik', 'Martin', 'Andreas', 'John', 'Anders', 'Rune', 'Trond', 'Tore',
    'Daniel', 'Jon', 'Kristian', 'Marius', 'Magnus', 'Stian', 'Øyvind', 'Håkon', 'Åge', 'Jørgen', 'Sølve', 'Pål',
    'Bård', 'Gøran', 'Torbjørn', 'Asbjørn', 'Håvard', 'Vegard', 'Eirik', 'Sindre', 'Henrik', 'Sverre', 'Leif',
    'Gunnar', 'Roar', 'Frode', 'Dag', 'Stein', 'Einar', 'Olav', 'Jonas', 'Tobias', 'Sigurd', 'Ivar', 'René', 'Zoë',
    'Anne-Marie', 'Kari Anne', 'Ole-Jørgen', 'Jan Erik', 'Per-Åge', 'Anne Lise', 'Bjørn-Håkon', 'May Britt'
] $$;

CREATE FUNCTION pg_temp.last_names() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[
    'Hansen', 'Johansen', 'Olsen', 'Larsen', 'Andersen', 'Pedersen', 'Nilsen', 'Kristiansen', 'Jensen', 'Karlsen',
    'Johnsen', 'Pettersen', 'Eriksen', 'Jacobsen', 'Halvorsen', 'Andreassen', 'Jørgensen', 'Henriksen', 'Sørensen',
    'Jakobsen', 'Gundersen', 'Iversen', 'Svendsen', 'Martinsen', 'Antonsen', 'Isaksen', 'Paulsen', 'Mikkelsen',
    'Christensen', 'Rasmussen', 'Danielsen', 'Simonsen', 'Knutsen', 'Arnesen', 'Ødegård', 'Ødegaard', 'Lien',
    'Solberg', 'Hagen', 'Haugen', 'Bakken', 'Moen', 'Strømme', 'Tangen', 'Nygård', 'Nygaard', 'Sæther', 'Sætre',
    'Sandvik', 'Tveit', 'Eide', 'Ellingsen', 'Thorsen', 'Fredriksen', 'Evensen', 'Amundsen', 'Birkeland', 'Engen',
    'Gulbrandsen', 'Helland', 'Abrahamsen', 'Aune', 'Berge', 'Bøe', 'Brekke', 'Christiansen', 'Dahle', 'Edvardsen',
    'Eliassen', 'Engebretsen', 'Farstad', 'Finstad', 'Fossum', 'Framnes', 'Gjerde', 'Grønvold', 'Hammersmark',
    'Hauge', 'Hermansen', 'Hovland', 'Ingebrigtsen', 'Jonassen', 'Kleven', 'Klausen', 'Kolstad', 'Kvamme',
    'Langeland', 'Lorentzen', 'Lunde', 'Løken', 'Magnussen', 'Mathisen', 'Mathiesen', 'Meland', 'Monsen',
    'Mortensen', 'Myklebust', 'Nordby', 'Næss', 'Olafsen', 'Opsahl', 'Østby', 'Øverland', 'Øien', 'Ølberg',
    'Refsnes', 'Reitan', 'Ringstad', 'Rustad', 'Røed', 'Rønning', 'Samuelsen', 'Schei', 'Sivertsen', 'Skaar',
    'Skjelbred', 'Skogstad', 'Sletten', 'Solheim', 'Stensrud', 'Stokke', 'Sunde', 'Syversen', 'Søvik', 'Sørlie',
    'Teigen', 'Thoresen', 'Tollefsen', 'Torgersen', 'Tønnessen', 'Ulriksen', 'Vatne', 'Vestby', 'Wiik', 'Wold',
    'Aasen', 'Årdal', 'Åsheim', 'Åsen', 'Åmodt', 'Aamodt', 'Børresen', 'Bråten', 'Bjørnstad', 'Bjerknes', 'Dybdahl',
    'von der Lippe', 'O''Brien', 'D''Ávila', 'Falck-Ytter', 'Müller', 'de Lange', 'Wedel-Jarlsberg', 'Şahin'
] $$;

CREATE FUNCTION pg_temp.first_name(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(n, 'first name', pg_temp.first_names()) $$;

CREATE FUNCTION pg_temp.last_name(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(n, 'last name', pg_temp.last_names()) $$;

-- Every twentieth customer had another surname once, and another mailbox; the history keeps both.
CREATE FUNCTION pg_temp.former_last_name(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(n, 'former last name', pg_temp.last_names()) $$;

CREATE FUNCTION pg_temp.full_name(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.first_name(n) || ' ' || pg_temp.last_name(n) $$;

-- The digits before the @ are the row number, which is what makes a mailbox unique.
CREATE FUNCTION pg_temp.email(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT CASE n % 11
                     WHEN 3 THEN initcap(pg_temp.ascii_name(pg_temp.first_name(n))) || '.'
                                 || initcap(pg_temp.ascii_name(pg_temp.last_name(n)))
                     WHEN 5 THEN pg_temp.ascii_name(pg_temp.first_name(n)) || '_'
                                 || pg_temp.ascii_name(pg_temp.last_name(n)) || '+drop'
                     WHEN 7 THEN pg_temp.ascii_name(pg_temp.last_name(n))
                     ELSE pg_temp.ascii_name(pg_temp.first_name(n)) || '.'
                          || pg_temp.ascii_name(pg_temp.last_name(n))
                 END
                 || n || '@'
                 || CASE WHEN n % 197 = 5 THEN 'blåbærpost.no'
                         ELSE pg_temp.one_of(n, 'mail domain', ARRAY[
                             'fjordpost.no', 'fjordpost.no', 'fjordpost.no', 'nordbrev.no', 'nordbrev.no',
                             'bergenmail.no', 'tindenett.no', 'post.sorlandsnett.no', 'trondheimpost.no',
                             'hyttenett.no'])
                    END $$;

CREATE FUNCTION pg_temp.former_email(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.ascii_name(pg_temp.first_name(n)) || '.'
                 || pg_temp.ascii_name(pg_temp.former_last_name(n)) || n || '@gammelpost.no' $$;

CREATE FUNCTION pg_temp.work_email(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT left(pg_temp.ascii_name(pg_temp.first_name(n)), 2) || pg_temp.ascii_name(pg_temp.last_name(n)) || n
                 || '@' || pg_temp.one_of(n, 'employer', ARRAY[
                     'fjordkraftverk.no', 'nordtakst.no', 'havbruksdrift.no', 'byggmesterlaget.no']) $$;

CREATE FUNCTION pg_temp.phone(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT '+47' || CASE WHEN pg_temp.pick(n, 'series', 3) = 0 THEN '4' ELSE '9' END
                 || pg_temp.seven_digits(n, 'phone') $$;

-- As people write it: 412 34 567.
CREATE FUNCTION pg_temp.typed_phone(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT overlay(overlay(substr(pg_temp.phone(n), 4) PLACING ' ' FROM 6 FOR 0) PLACING ' ' FROM 4 FOR 0) $$;

-- 24,000 days, of which the last is in 2005: the youngest are 21 by today.
CREATE FUNCTION pg_temp.date_of_birth(n bigint) RETURNS date LANGUAGE sql STABLE
    AS $$ SELECT DATE '1940-01-01' + ((n * 7919 + pg_temp.pick(0, 'birthday', 24000)) % 24000)::integer $$;

-- A fødselsnummer, or for one customer in thirty a D-number (day + 40). Customers born on the same day are 24,000
-- rows apart and search for valid check digits in ranges of their own, so that none is given out twice; there is
-- room for 25 such ranges, that is for scale 50.
CREATE FUNCTION pg_temp.national_id(n bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    born       date := pg_temp.date_of_birth(n);
    first_try  integer := (n / 24000 * 20 + CASE WHEN born >= DATE '2000-01-01' THEN 500 ELSE 0 END)::integer;
    day_month  text := to_char(born, 'DDMM');
    nine       text;
    check_one  integer;
    check_two  integer;
BEGIN
    IF n % 30 = 17 THEN
        day_month := (left(day_month, 1)::integer + 4) || substr(day_month, 2);
    END IF;
    FOR individual IN first_try .. first_try + 19 LOOP
        nine := day_month || to_char(born, 'YY') || lpad(individual::text, 3, '0');
        check_one := (11 - (3 * substr(nine, 1, 1)::integer + 7 * substr(nine, 2, 1)::integer
                          + 6 * substr(nine, 3, 1)::integer + 1 * substr(nine, 4, 1)::integer
                          + 8 * substr(nine, 5, 1)::integer + 9 * substr(nine, 6, 1)::integer
                          + 4 * substr(nine, 7, 1)::integer + 5 * substr(nine, 8, 1)::integer
                          + 2 * substr(nine, 9, 1)::integer) % 11) % 11;
        check_two := (11 - (5 * substr(nine, 1, 1)::integer + 4 * substr(nine, 2, 1)::integer
                          + 3 * substr(nine, 3, 1)::integer + 2 * substr(nine, 4, 1)::integer
                          + 7 * substr(nine, 5, 1)::integer + 6 * substr(nine, 6, 1)::integer
                          + 5 * substr(nine, 7, 1)::integer + 4 * substr(nine, 8, 1)::integer
                          + 3 * substr(nine, 9, 1)::integer + 2 * check_one) % 11) % 11;
        IF check_one < 10 AND check_two < 10 THEN
            RETURN nine || check_one || check_two;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'no national identity number is left for customer %', n;
END
$$;

CREATE FUNCTION pg_temp.street(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(n, 'street', ARRAY[
                     'Storgata', 'Kirkeveien', 'Ringveien', 'Skolegata', 'Bjørkealleen', 'Åsveien', 'Øvre Torggate',
                     'Strandgata', 'Jernbanegata', 'Fjellveien', 'Prestegårdsveien', 'Nedre Møllevei'])
                 || ' ' || 1 + pg_temp.pick(n, 'house', 120) || left('ABC', CASE WHEN n % 4 = 0 THEN 1 ELSE 0 END) $$;

CREATE FUNCTION pg_temp.address(n bigint, place text) RETURNS postal_address LANGUAGE sql STABLE
    AS $$ SELECT ROW(pg_temp.street(n), left(place, 4), substr(place, 6))::public.postal_address $$;

CREATE FUNCTION pg_temp.place(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(n, 'place', ARRAY[
                     '0150 Oslo', '0368 Oslo', '0661 Oslo', '5003 Bergen', '5063 Bergen', '7010 Trondheim',
                     '4006 Stavanger', '9008 Tromsø', '6002 Ålesund', '8006 Bodø', '1607 Fredrikstad', '3015 Drammen',
                     '4611 Kristiansand', '2815 Gjøvik', '9600 Hammerfest', '6300 Åndalsnes', '3910 Porsgrunn',
                     '7800 Namsos', '2000 Lillestrøm', '9990 Båtsfjord']) $$;

-- Addresses of Norwegian access networks; every ninth is IPv6. The IPv4 ones are a permutation of 258,064.
CREATE FUNCTION pg_temp.ip(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT CASE
                     WHEN n % 9 = 4 THEN
                         '2a01:799:' || to_hex(1 + pg_temp.pick(n, 'ip6 a', 65535)) || ':'
                         || to_hex(1 + pg_temp.pick(n, 'ip6 b', 65535)) || '::'
                         || to_hex(1 + pg_temp.pick(n, 'ip6 c', 65535))
                     ELSE
                         (ARRAY['84.208.', '193.71.', '2.148.', '88.88.'])[1 + n % 4]
                         || 1 + (n * 48271 + pg_temp.pick(0, 'ip4', 64516)) % 64516 / 254 || '.'
                         || 1 + (n * 48271 + pg_temp.pick(0, 'ip4', 64516)) % 64516 % 254
                 END $$;

CREATE FUNCTION pg_temp.user_agent(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(n, 'user agent', ARRAY[
                     'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
                     'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
                     'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
                     'Drop/4.18.2 (iOS 19.1; iPhone16,2) nb-NO',
                     'Drop/4.18.0 (Android 16; SM-S921B) nb-NO',
                     'Drop/4.17.9 (Android 15; SM-A546B) pl-PL']) $$;

-- Values that have broken somebody's loader.
CREATE FUNCTION pg_temp.odd_text(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $odd$ SELECT (ARRAY[
                     'C:\New\folder', '\N', '\.', '', ' ', E'tab\there', E'two\nlines', E'three\r\nlines\r\n',
                     'He said "no"', 'it''s', '{"not": "closed', 'NULL', 'null', '$$;--', '%s %d {} {{0}}',
                     E'na\u0308ive', E'zero\u200bwidth', E'\u202eright to left', '😀 👨‍👩‍👧 🏔️', '𝔇𝔯𝔬𝔭', '0',
                     E'\\x00ff', '<b>&amp;</b>', E'bell\x07', ',;|"''`', E'\\', E'\\\\n'
                 ])[1 + i % 27] $odd$;


-- Accounts -----------------------------------------------------------------------------------------------------

-- ISO 13616 check digits before a domestic account number.
CREATE FUNCTION pg_temp.iban(country text, domestic text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    digits text := domestic || country || '00';
    letter text;
BEGIN
    LOOP
        letter := substring(digits FROM '[A-Z]');
        EXIT WHEN letter IS NULL;
        digits := replace(digits, letter, (ascii(letter) - 55)::text);
    END LOOP;
    RETURN country || lpad((98 - digits::numeric % 97)::text, 2, '0') || domestic;
END
$$;

-- Bank (4 digits), serial (6) and a check digit by mod 11, weights 5 4 3 2 7 6 5 4 3 2. The serial is a
-- permutation of 010000 to 999999, as one that begins with 00 is checked by another rule; where the check digit
-- would be 10 the next bank is tried.
CREATE FUNCTION pg_temp.account_number(j bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    banks  text[] := ARRAY['1503', '1201', '0530', '4202', '6018', '8601', '9710', '3624', '2220', '7874'];
    serial text := lpad((10000 + (j * 618113 + pg_temp.pick(0, 'serial', 990000)) % 990000)::text, 6, '0');
    ten    text;
    rest   integer;
BEGIN
    FOR bank IN 0 .. 9 LOOP
        ten := banks[1 + (pg_temp.pick(j, 'bank', 10) + bank) % 10] || serial;
        rest := (5 * substr(ten, 1, 1)::integer + 4 * substr(ten, 2, 1)::integer + 3 * substr(ten, 3, 1)::integer
               + 2 * substr(ten, 4, 1)::integer + 7 * substr(ten, 5, 1)::integer + 6 * substr(ten, 6, 1)::integer
               + 5 * substr(ten, 7, 1)::integer + 4 * substr(ten, 8, 1)::integer + 3 * substr(ten, 9, 1)::integer
               + 2 * substr(ten, 10, 1)::integer) % 11;
        IF rest <> 1 THEN
            RETURN ten || (11 - rest) % 11;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'no bank gives serial % a check digit', serial;
END
$$;

-- Serbia and Bosnia end the domestic number with two check digits (ISO 7064), which makes the IBAN's own two
-- the same for everybody: RS35 and BA39.
CREATE FUNCTION pg_temp.with_iso7064(digits text) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT digits || lpad((98 - (digits || '00')::numeric % 97)::text, 2, '0') $$;

CREATE FUNCTION pg_temp.foreign_iban(r bigint, country text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    long  text := lpad((pg_temp.h(r, 'foreign account') % 10000000000000000)::text, 16, '0');
    short text := left(long, 10);
BEGIN
    RETURN CASE country
        WHEN 'RS' THEN pg_temp.iban('RS', pg_temp.with_iso7064(
                           pg_temp.one_of(r, 'bank', ARRAY['160', '170', '205', '265', '340']) || left(long, 13)))
        WHEN 'BA' THEN pg_temp.iban('BA', pg_temp.with_iso7064(
                           pg_temp.one_of(r, 'bank', ARRAY['129', '161', '306', '555']) || '001' || left(long, 8)))
        WHEN 'PL' THEN pg_temp.iban('PL',
                           pg_temp.one_of(r, 'bank', ARRAY['10201026', '11402004', '10501025', '12401037']) || long)
        WHEN 'PK' THEN pg_temp.iban('PK', pg_temp.one_of(r, 'bank', ARRAY['HABB', 'MUCB', 'UNIL', 'ALFH']) || long)
        WHEN 'TR' THEN pg_temp.iban('TR',
                           pg_temp.one_of(r, 'bank', ARRAY['00010', '00062', '00046', '00064']) || '0' || long)
        ELSE pg_temp.iban('DE',
                 pg_temp.one_of(r, 'bank', ARRAY['10070000', '37040044', '50010517', '70150000']) || short)
    END;
END
$$;

-- Mod 11 over nine digits, weights 3 2 7 6 5 4 3 2; registered companies begin with 8 or 9.
CREATE FUNCTION pg_temp.org_number(m bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    serial integer := (80000000 + (m * 7654321 + pg_temp.h(0, 'company')) % 20000000)::integer;
    eight  text;
    rest   integer;
BEGIN
    LOOP
        eight := serial::text;
        rest := (3 * substr(eight, 1, 1)::integer + 2 * substr(eight, 2, 1)::integer + 7 * substr(eight, 3, 1)::integer
               + 6 * substr(eight, 4, 1)::integer + 5 * substr(eight, 5, 1)::integer + 4 * substr(eight, 6, 1)::integer
               + 3 * substr(eight, 7, 1)::integer + 2 * substr(eight, 8, 1)::integer) % 11;
        EXIT WHEN rest <> 1;
        serial := serial - 1;
    END LOOP;
    RETURN eight || (11 - rest) % 11;
END
$$;


-- Who belongs to whom ------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.user_id(n bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT 'usr_' || pg_temp.hex16(n, 'user') $$;

CREATE FUNCTION pg_temp.account_id(j bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT 'acc_' || pg_temp.hex16(j, 'account') $$;

CREATE FUNCTION pg_temp.recipient_id(r bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT 'rcp_' || pg_temp.hex16(r, 'recipient') $$;

CREATE FUNCTION pg_temp.merchant_id(m bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT 'mer_' || pg_temp.hex16(m, 'merchant') $$;

CREATE FUNCTION pg_temp.transaction_id(t bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT 'tx_' || pg_temp.hex16(t, 'transaction') $$;

CREATE FUNCTION pg_temp.alert_id(a bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT 'aml_' || pg_temp.hex16(a, 'alert') $$;

-- Some customer or other, by number.
CREATE FUNCTION pg_temp.some_user(i bigint, what text) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT 1 + pg_temp.h(i, what) % pg_temp.users_n() $$;

-- Account n is customer n's first; those beyond are second and third accounts.
CREATE FUNCTION pg_temp.account_owner(j bigint) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT CASE WHEN j <= pg_temp.users_n() THEN j ELSE pg_temp.some_user(j, 'account owner') END $$;

CREATE FUNCTION pg_temp.recipient_owner(r bigint) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.some_user(r, 'recipient owner') $$;

CREATE FUNCTION pg_temp.recipient_country(r bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT (ARRAY['RS', 'BA', 'PL', 'PK', 'TR', 'EU'])[1 + r % 6] $$;

CREATE FUNCTION pg_temp.recipient_first_name(r bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(r, 'recipient first name', CASE r % 6
              WHEN 0 THEN ARRAY['Dragan', 'Milica', 'Đorđe', 'Jelena', 'Nemanja',
                                'Živka', 'Saša', 'Snežana', 'Miloš', 'Vesna']
              WHEN 1 THEN ARRAY['Emir', 'Amina', 'Haris', 'Lejla', 'Senad',
                                'Selma', 'Adnan', 'Merima', 'Džemal', 'Azra']
              WHEN 2 THEN ARRAY['Łukasz', 'Małgorzata', 'Piotr', 'Agnieszka', 'Grzegorz',
                                'Katarzyna', 'Paweł', 'Zofia', 'Michał', 'Bożena']
              WHEN 3 THEN ARRAY['Ayesha', 'Imran', 'Fatima', 'Bilal', 'Sana',
                                'Usman', 'Zainab', 'Hamza', 'Nadia', 'Tariq']
              WHEN 4 THEN ARRAY['Ayşe', 'Mehmet', 'Çağla', 'Mustafa', 'Gülşen',
                                'Oğuz', 'İpek', 'Emre', 'Şule', 'Burak']
              ELSE ARRAY['Jürgen', 'Katharina', 'Björn', 'Sabine', 'Günther',
                         'Ursula', 'Stefan', 'Heike', 'Matthias', 'Renate']
          END) $$;

CREATE FUNCTION pg_temp.recipient_last_name(r bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(r, 'recipient last name', CASE r % 6
              WHEN 0 THEN ARRAY['Jovanović', 'Petrović', 'Nikolić', 'Đurić', 'Stanković',
                                'Živković', 'Ilić', 'Pavlović', 'Radović', 'Savić']
              WHEN 1 THEN ARRAY['Hodžić', 'Begić', 'Delić', 'Mujić', 'Halilović',
                                'Kovačević', 'Softić', 'Bešić', 'Čaušević', 'Osmanović']
              WHEN 2 THEN ARRAY['Wójcik', 'Kowalczyk', 'Kamiński', 'Lewandowski', 'Szymański',
                                'Woźniak', 'Dąbrowski', 'Jabłoński', 'Krawczyk', 'Piętka']
              WHEN 3 THEN ARRAY['Ahmed', 'Hussain', 'Malik', 'Chaudhry', 'Siddiqui',
                                'Qureshi', 'Bhatti', 'Mirza', 'Rehman', 'Butt']
              WHEN 4 THEN ARRAY['Yılmaz', 'Öztürk', 'Şahin', 'Çelik', 'Aydın',
                                'Koç', 'Kılıç', 'Doğan', 'Güneş', 'Erdoğdu']
              ELSE ARRAY['Schröder', 'Weiß', 'Krüger', 'Schäfer', 'Lehmann',
                         'Köhler', 'Zimmermann', 'Vogel', 'Böhm', 'Großmann']
          END) $$;

CREATE FUNCTION pg_temp.recipient_name(r bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.recipient_first_name(r) || ' ' || pg_temp.recipient_last_name(r) $$;

CREATE FUNCTION pg_temp.recipient_iban(r bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.foreign_iban(r, pg_temp.recipient_country(r)) $$;

-- Two transactions in three go to a recipient, who belongs to the one who pays; the rest are purchases.
CREATE FUNCTION pg_temp.is_transfer(t bigint) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT t % 3 <> 0 $$;

CREATE FUNCTION pg_temp.transaction_recipient(t bigint) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT 1 + pg_temp.h(t, 'transaction recipient') % pg_temp.recipients_n() $$;

CREATE FUNCTION pg_temp.transaction_account(t bigint) RETURNS bigint LANGUAGE sql STABLE
    AS $$ SELECT CASE WHEN pg_temp.is_transfer(t) THEN pg_temp.recipient_owner(pg_temp.transaction_recipient(t))
                      ELSE 1 + pg_temp.h(t, 'transaction account') % pg_temp.accounts_n() END $$;

-- The dozen who work there.
CREATE FUNCTION pg_temp.staff_name(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.one_of(i % 12, 'staff first name', pg_temp.first_names()) || ' '
                 || pg_temp.one_of(i % 12, 'staff last name', pg_temp.last_names()) $$;

CREATE FUNCTION pg_temp.staff_email(i bigint) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT pg_temp.ascii_name(pg_temp.one_of(i % 12, 'staff first name', pg_temp.first_names())) || '.'
                 || pg_temp.ascii_name(pg_temp.one_of(i % 12, 'staff last name', pg_temp.last_names()))
                 || '@drop-betaling.no' $$;


-- users and bank_accounts --------------------------------------------------------------------------------------
--
-- One statement for both: each needs the other's rows, and the foreign keys are deferred only until the end of
-- the transaction, which under psql is the end of the statement.

WITH new_users AS (
    INSERT INTO users (id, first_name, last_name, nickname, email, phone, other_contacts, date_of_birth,
                       national_id_hash, kyc_status, address, former_addresses, preferences, last_login_ip,
                       referred_by, primary_account_id, risk_level, created_at, updated_at, deleted_at)
    SELECT pg_temp.user_id(n),
           pg_temp.first_name(n),
           CASE WHEN n % 20 = 0 THEN pg_temp.former_last_name(n) ELSE pg_temp.last_name(n) END,
           CASE n % 10
               WHEN 1 THEN left(pg_temp.first_name(n), 4) || ' 🏔️'
               WHEN 3 THEN ''
               WHEN 5 THEN '"' || pg_temp.first_name(n) || '"'
               WHEN 7 THEN pg_temp.full_name(n)
           END,
           CASE WHEN n % 20 = 0 THEN pg_temp.former_email(n) ELSE pg_temp.email(n) END,
           CASE WHEN n % 13 <> 6 THEN pg_temp.phone(n) END,
           CASE n % 6
               WHEN 1 THEN ARRAY[pg_temp.work_email(n)]
               WHEN 2 THEN '{}'
               WHEN 3 THEN ARRAY[pg_temp.work_email(n), NULL, pg_temp.typed_phone(n), 'spør "mor", {ring først}']
               WHEN 4 THEN ARRAY['tlf ' || pg_temp.typed_phone(n)]
           END,
           pg_temp.date_of_birth(n),
           encode(sha256(pg_temp.national_id(n)::bytea), 'hex'),
           (CASE WHEN pg_temp.pick(n, 'kyc', 20) < 15 THEN 'approved'
                 ELSE (ARRAY['not_started', 'pending', 'pending', 'rejected', 'expired'])[1 + pg_temp.pick(n, 'kyc', 5)]
            END)::kyc_status,
           CASE WHEN n % 17 = 4 THEN NULL
                WHEN n % 17 = 9 THEN ROW(NULL, '', pg_temp.street(n) || E',\n' || pg_temp.place(n))::postal_address
                ELSE pg_temp.address(n, pg_temp.place(n)) END,
           CASE WHEN n % 18 = 1
                THEN ARRAY[pg_temp.address(n + 500000000, pg_temp.place(n + 500000000)),
                           ROW(pg_temp.street(n + 600000000), NULL, 'Malmö')::postal_address] END,
           CASE WHEN n % 4 = 0 THEN ''::hstore
                ELSE hstore(ARRAY['language', CASE WHEN n % 5 = 0 THEN 'pl' ELSE 'nb' END,
                                  'theme', CASE WHEN n % 3 = 0 THEN 'dark' END,
                                  'receipts_to', pg_temp.work_email(n)]) END,
           CASE WHEN n % 23 <> 11 THEN pg_temp.ip(n)::inet END,
           CASE WHEN n > 1 AND n % 8 = 0 THEN pg_temp.user_id(1 + pg_temp.h(n, 'referrer') % (n - 1)) END,
           CASE WHEN n % 12 <> 7 THEN pg_temp.account_id(n) END,
           pg_temp.pick(n, 'risk', 100) / 34,
           pg_temp.moment(n, 'joined', 1000) - INTERVAL '30 days',
           pg_temp.moment(n, 'joined', 1000) - INTERVAL '30 days',
           CASE WHEN n % 40 = 13 THEN pg_temp.moment(n, 'left', 25) END
    FROM generate_series(1, pg_temp.users_n()) AS n
)
INSERT INTO bank_accounts (id, user_id, "order", bank_name, holder_name, alias, account_number, iban, balance,
                           balance_synced_at, opened_on, closed_at)
SELECT pg_temp.account_id(j),
       pg_temp.user_id(owner),
       CASE WHEN j <= pg_temp.users_n() THEN 1 ELSE 2 END,
       pg_temp.one_of(j, 'bank name', ARRAY['Fjordbanken', 'Sparebank Innlandet', 'Nordlys Bank', 'Kystbanken']),
       pg_temp.full_name(owner),
       CASE j % 7
           WHEN 1 THEN 'Lønn ' || pg_temp.first_name(owner)
           WHEN 2 THEN ''
           WHEN 3 THEN 'Sparing 💰'
       END,
       number,
       pg_temp.iban('NO', number),
       CASE WHEN j % 9 <> 5 THEN (pg_temp.h(j, 'balance') % 45000000 - 1500000) / 100.0 END,
       CASE WHEN j % 9 <> 5 THEN pg_temp.moment(j, 'synced', 20) END,
       DATE '2005-01-01' + pg_temp.pick(j, 'opened', 7000),
       CASE WHEN j % 50 = 21 THEN pg_temp.moment(j, 'closed', 300) END
FROM generate_series(1, pg_temp.accounts_n()) AS j
-- OFFSET 0, here and below, keeps the planner from working the expression out again at each use.
CROSS JOIN LATERAL (SELECT pg_temp.account_owner(j) AS owner, pg_temp.account_number(j) AS number OFFSET 0) AS account;

-- The trigger notes the former name and mailbox.
UPDATE users
SET last_name = now_called.last_name, email = now_called.email, updated_at = now_called.since
FROM (
    SELECT pg_temp.user_id(n) AS id, pg_temp.last_name(n) AS last_name, pg_temp.email(n) AS email,
           pg_temp.moment(n, 'renamed', 29) AS since
    FROM generate_series(20, pg_temp.users_n(), 20) AS n
    OFFSET 0
) AS now_called
WHERE users.id = now_called.id;


-- sessions -----------------------------------------------------------------------------------------------------

INSERT INTO sessions (user_id, token, refresh_token, push_token, device_name, user_agent, ip_address, created_at,
                      expires_at, revoked_at)
SELECT pg_temp.user_id(n),
       pg_temp.base64url('{"alg":"HS256","typ":"JWT"}'::bytea)
       || '.' || pg_temp.base64url(convert_to(
                     '{"sub":"' || pg_temp.user_id(n) || '","email":"' || pg_temp.email(n) || '","name":"'
                     || pg_temp.full_name(n) || '","jti":"' || pg_temp.hex16(s, 'jti') || '","iat":'
                     || extract(epoch FROM began)::bigint || ',"exp":' || extract(epoch FROM began)::bigint + 2592000
                     || '}', 'UTF8'))
       || '.' || pg_temp.base64url(sha256(int8send(pg_temp.h(s, 'signature')))),
       CASE WHEN s % 10 <> 3 THEN 'rt_' || pg_temp.hex32(s, 'refresh token') END,
       CASE WHEN s % 3 = 0
            THEN left(pg_temp.base64url(sha256(int8send(pg_temp.h(s, 'push 1')))), 22) || ':APA91b'
                 || left(pg_temp.base64url(sha512(int8send(pg_temp.h(s, 'push 2')))
                                           || sha512(int8send(pg_temp.h(s, 'push 3')))), 134) END,
       CASE s % 4
           WHEN 0 THEN pg_temp.first_name(n) || ' sin iPhone'
           WHEN 1 THEN pg_temp.last_name(n) || '-PC'
           WHEN 2 THEN ''
       END,
       pg_temp.user_agent(s),
       pg_temp.ip(n)::inet,
       began,
       began + INTERVAL '30 days',
       CASE WHEN s % 5 = 2 THEN began + INTERVAL '3 hours' END
FROM generate_series(1, pg_temp.rows_of(15000)) AS s
CROSS JOIN LATERAL (
    SELECT CASE WHEN s <= pg_temp.users_n() THEN s ELSE pg_temp.some_user(s, 'session') END AS n,
           pg_temp.moment(s, 'session', 60) AS began
    OFFSET 0
) AS session;


-- recipients and merchants -------------------------------------------------------------------------------------

INSERT INTO recipients (id, user_id, first_name, last_name, account_holder, country, bank_account, bank_name, email,
                        phone, relationship, note, created_at)
SELECT pg_temp.recipient_id(r),
       pg_temp.user_id(pg_temp.recipient_owner(r)),
       pg_temp.recipient_first_name(r),
       pg_temp.recipient_last_name(r),
       CASE WHEN r % 5 <> 2 THEN pg_temp.recipient_name(r) END,
       pg_temp.recipient_country(r),
       pg_temp.recipient_iban(r),
       pg_temp.one_of(r, 'recipient bank', ARRAY['Banka Centar', 'Bank Wschodni', 'Anadolu Kredi', 'Indus Bank']),
       CASE WHEN r % 3 = 1 THEN pg_temp.ascii_name(pg_temp.recipient_first_name(r)) || r || '@'
                 || (ARRAY['dunavpost.rs', 'drinanet.ba', 'wislapoczta.pl', 'karachimail.pk', 'bogazposta.tr',
                          'rheinbrief.de'])[1 + r % 6]
       END,
       CASE WHEN r % 2 = 0
            THEN (ARRAY['+38164', '+38761', '+48601', '+92300', '+90532', '+49151'])[1 + r % 6]
                 || pg_temp.seven_digits(r, 'foreign phone') END,
       pg_temp.one_of(r, 'relationship', ARRAY['family', 'family', 'friend', 'landlord', 'self']),
       CASE r % 20
           WHEN 1 THEN 'Mor til ' || pg_temp.full_name(pg_temp.recipient_owner(r))
           WHEN 2 THEN 'Ring ' || pg_temp.typed_phone(pg_temp.recipient_owner(r)) || ' hvis betalingen stopper'
           WHEN 3 THEN pg_temp.odd_text(r / 20)
       END,
       pg_temp.moment(r, 'recipient added', 700)
FROM generate_series(1, pg_temp.recipients_n()) AS r;

INSERT INTO merchants (id, name, org_number, category_code, contact_name, contact_email, contact_phone, address,
                       payout_iban, tags, created_at)
SELECT pg_temp.merchant_id(m),
       CASE m % 4
           WHEN 1 THEN pg_temp.one_of(m, 'trade', ARRAY['Frisør', 'Rørlegger', 'Snekker', 'Tannlege', 'Fotograf'])
                       || ' ' || contact
           ELSE pg_temp.one_of(m, 'shop', ARRAY['Kiosken på hjørnet', 'Bøker & Blekk', 'Sjokoladefabrikken',
                                                'Torget kafé', 'Sykkelverkstedet', 'Blomster''n'])
                || ' ' || m
       END,
       pg_temp.org_number(m),
       (ARRAY[5411, 5812, 5942, 7230, 1711, 8021])[1 + m % 6],
       CASE WHEN m % 6 <> 4 THEN contact END,
       CASE WHEN m % 5 <> 3
            THEN 'post' || m || '@' || pg_temp.ascii_name(pg_temp.last_name(person)) || '-handel.no' END,
       CASE WHEN m % 7 <> 2 THEN pg_temp.phone(person) END,
       pg_temp.address(person, pg_temp.place(person)),
       CASE WHEN m % 8 <> 6 THEN pg_temp.iban('NO', pg_temp.account_number(person)) END,
       CASE m % 3 WHEN 0 THEN ARRAY['terminal', 'faktura'] WHEN 1 THEN ARRAY['eier: ' || contact] ELSE '{}' END,
       pg_temp.moment(m, 'merchant joined', 900)
FROM generate_series(1, pg_temp.merchants_n()) AS m
-- Merchants are not customers: their numbers begin where no customer's reach.
CROSS JOIN LATERAL (
    SELECT 700000 + m AS person, pg_temp.full_name(700000 + m) AS contact OFFSET 0
) AS owner;


-- transactions -------------------------------------------------------------------------------------------------

INSERT INTO transactions (id, user_id, bank_account_id, recipient_id, merchant_id, amount, fee, exchange_rate, status,
                          idempotency_key, description, metadata, created_at, completed_at)
SELECT pg_temp.transaction_id(t),
       pg_temp.user_id(n),
       pg_temp.account_id(j),
       CASE WHEN pg_temp.is_transfer(t) THEN pg_temp.recipient_id(r) END,
       CASE WHEN NOT pg_temp.is_transfer(t)
            THEN pg_temp.merchant_id(1 + pg_temp.pick(t, 'merchant', pg_temp.merchants_n())) END,
       -- Small amounts are the common ones; the two ends of the allowed range each occur.
       CASE t WHEN 1 THEN 100 WHEN 2 THEN 50000
              ELSE 100 + round(49900 * (luck * luck * luck)::numeric / 1000000000000, 2) END,
       CASE WHEN pg_temp.is_transfer(t) THEN 29.90 ELSE 0 END,
       CASE WHEN pg_temp.is_transfer(t) THEN 0.05 + pg_temp.pick(t, 'rate', 2500000) / 100000.0 END,
       status::transaction_status,
       overlay(overlay(pg_temp.hex32(t, 'idempotency') PLACING '4' FROM 13) PLACING 'a' FROM 17)::uuid,
       CASE
           WHEN t % 25 = 12 THEN pg_temp.odd_text(t / 25)
           WHEN t % 25 = 3 THEN NULL
           WHEN pg_temp.is_transfer(t) THEN
               CASE t % 5
                   WHEN 0 THEN 'Husleie til ' || pg_temp.recipient_name(r) || ', konto ' || pg_temp.recipient_iban(r)
                   WHEN 1 THEN 'Til ' || pg_temp.recipient_name(r) || ' fra ' || pg_temp.full_name(n)
                   WHEN 2 THEN 'Gave 🎁'
                   WHEN 3 THEN 'Lån, betales tilbake til ' || pg_temp.iban('NO', pg_temp.account_number(j))
                   ELSE 'Overføring ' || pg_temp.transaction_id(t)
               END
           WHEN t % 10 = 0 THEN 'Kvittering sendt til ' || pg_temp.email(n)
           ELSE 'Varekjøp ' || to_char(made AT TIME ZONE 'UTC', 'DD.MM.YYYY HH24:MI')
       END,
       jsonb_build_object(
           'channel', CASE WHEN t % 4 = 0 THEN 'web' ELSE 'app' END,
           'device', jsonb_build_object('ip', pg_temp.ip(n), 'agent', pg_temp.user_agent(t)),
           'risk', jsonb_build_array(pg_temp.pick(t, 'risk', 100), NULL, t % 7 = 0)),
       made,
       CASE WHEN status IN ('completed', 'refunded')
            THEN made + make_interval(secs => 5 + pg_temp.pick(t, 'delay', 90000)) END
FROM generate_series(1, pg_temp.transactions_n()) AS t
CROSS JOIN LATERAL (
    SELECT pg_temp.transaction_recipient(t) AS r,
           pg_temp.transaction_account(t) AS j,
           pg_temp.h(t, 'amount') % 10000 AS luck,
           pg_temp.moment(t, 'transaction', 720) AS made,
           (ARRAY['initiated', 'pending', 'failed', 'refunded'])[1 + pg_temp.pick(t, 'status', 40)] AS unusual
    OFFSET 0
) AS payment
CROSS JOIN LATERAL (
    SELECT pg_temp.account_owner(j) AS n, coalesce(unusual, 'completed') AS status OFFSET 0
) AS payer;


-- notifications and settings -----------------------------------------------------------------------------------

INSERT INTO notifications (user_id, channel, title, body, sent_to, data, created_at, read_at)
SELECT pg_temp.user_id(n),
       channel,
       CASE i % 4 WHEN 0 THEN 'Betaling mottatt' WHEN 1 THEN 'Hei ' || pg_temp.first_name(n) || '!'
                  WHEN 2 THEN 'Ny innlogging' ELSE 'Påminnelse' END,
       CASE
           -- The first row and the last one say who it is: a reader that skips either would miss it.
           WHEN i IN (1, pg_temp.rows_of(20000)) OR i % 8 = 1 THEN
               'Vi nådde deg ikke på ' || pg_temp.phone(n) || '. Bekreft nummeret, ' || pg_temp.full_name(n) || '.'
           WHEN i % 8 = 2 THEN 'Innlogging fra ' || pg_temp.ip(n) || ' med ' || pg_temp.user_agent(i)
           WHEN i % 8 = 3 THEN
               'Betalingen til ' || pg_temp.recipient_name(1 + pg_temp.pick(i, 'to', pg_temp.recipients_n()))
               || ' er gjennomført. ✅'
           WHEN i % 8 = 4 THEN 'Koden din er ' || lpad(pg_temp.pick(i, 'code', 1000000)::text, 6, '0')
           WHEN i % 8 = 5 THEN
               'Kontoutskrift er sendt til <a href="mailto:' || pg_temp.email(n) || '">' || pg_temp.email(n) || '</a>'
           WHEN i % 200 = 6 THEN pg_temp.odd_text(i / 200)
           ELSE E'Husk:\n\t• å godkjenne vilkårene\n\t• å oppdatere appen'
       END,
       CASE channel WHEN 'sms' THEN ARRAY[pg_temp.phone(n)]
                    WHEN 'email' THEN ARRAY[pg_temp.email(n), pg_temp.work_email(n)]
                    ELSE '{}' END,
       CASE i % 5 WHEN 0 THEN NULL
                  WHEN 1 THEN 'null'::jsonb
                  WHEN 2 THEN jsonb_build_object('to', jsonb_build_object('name', pg_temp.full_name(n)), 'n', i)
                  ELSE jsonb_build_object('deeplink', 'drop://inbox/' || i, 'badge', i % 10) END,
       pg_temp.moment(i, 'notified', 400),
       CASE WHEN i % 3 <> 0 THEN pg_temp.moment(i, 'notified', 400) + INTERVAL '5 minutes' END
FROM generate_series(1, pg_temp.rows_of(20000)) AS i
CROSS JOIN LATERAL (
    SELECT pg_temp.some_user(i, 'notified user') AS n, (ARRAY['push', 'sms', 'email'])[1 + i % 3] AS channel OFFSET 0
) AS message;

INSERT INTO settings ("user", key, value, updated_at)
SELECT NULL, key, value, TIMESTAMPTZ '2026-02-03 04:05:06+00'
FROM (VALUES
    ('smtp.password', pg_temp.hex32(1, 'smtp')),
    ('sumsub.app_token', 'prd:' || left(pg_temp.hex32(1, 'sumsub'), 24) || '.' || pg_temp.hex32(2, 'sumsub')),
    ('payments.api_key', 'sk_live_' || pg_temp.hex32(1, 'payments')),
    ('support.on_call', pg_temp.staff_name(1) || ' <' || pg_temp.staff_email(1) || '>'),
    ('features', '{"instant": true, "cards": {"virtual": false}}')
) AS own (key, value);

-- Five for each of the first customers.
INSERT INTO settings ("user", key, value, updated_at)
SELECT pg_temp.user_id(n),
       (ARRAY['language', 'receipts', 'api_token', 'totp_secret', 'display'])[1 + i % 5],
       CASE i % 5
           WHEN 0 THEN (ARRAY['nb', 'pl', 'sr', 'ur', ''])[1 + n % 5]
           WHEN 1 THEN '{"to": "' || pg_temp.email(n) || '", "copy": ["' || pg_temp.work_email(n) || '"]}'
           WHEN 2 THEN 'drop_pat_' || pg_temp.hex32(n, 'token')
           WHEN 3 THEN translate(upper(pg_temp.hex32(n, 'totp')), '0189', 'GHIJ')
           ELSE CASE WHEN n % 2 = 0 THEN pg_temp.odd_text(n / 2) ELSE pg_temp.full_name(n) END
       END,
       pg_temp.moment(i, 'set', 500)
FROM generate_series(0, pg_temp.rows_of(600) * 5 - 1) AS i
CROSS JOIN LATERAL (SELECT 1 + i / 5 AS n OFFSET 0) AS customer;


-- audit_log ----------------------------------------------------------------------------------------------------

-- In order of time, from the last weeks of 2024 (which no quarter takes) until the eve of today.
INSERT INTO audit_log (id, created_at, actor_id, action, entity, entity_id, ip_address, user_agent, details)
SELECT 'audit_' || pg_temp.hex16(i, 'audit'),
       TIMESTAMPTZ '2024-11-15 00:00:00+00' + make_interval(secs => i::bigint * 61700000 / pg_temp.rows_of(50000)),
       CASE WHEN i % 30 <> 11 THEN pg_temp.user_id(n) END,
       (ARRAY['session.opened', 'email.changed', 'transfer.created', 'recipient.added', 'support.noted',
              'contacts.verified', 'limits.read'])[1 + kind],
       (ARRAY['session', 'user', 'transaction', 'recipient', 'user', 'user', 'spending_limit'])[1 + kind],
       CASE kind WHEN 2 THEN pg_temp.transaction_id(1 + pg_temp.pick(i, 'audited', pg_temp.transactions_n()))
                 WHEN 3 THEN pg_temp.recipient_id(r)
                 WHEN 6 THEN NULL
                 ELSE pg_temp.user_id(n) END,
       -- Now and then a whole network instead of one address.
       CASE WHEN i % 100 = 7 AND n % 9 <> 4 THEN set_masklen(pg_temp.ip(n)::inet, 24)
            WHEN i % 12 <> 5 THEN pg_temp.ip(n)::inet END,
       CASE WHEN i % 2 = 0 THEN pg_temp.user_agent(i) END,
       CASE kind
           WHEN 0 THEN jsonb_build_object(
                    'method', 'bankid',
                    'device', jsonb_build_object('name', pg_temp.first_name(n) || ' sin iPhone', 'ip', pg_temp.ip(n)))
           WHEN 1 THEN jsonb_build_object(
                    'changes', jsonb_build_array(
                        jsonb_build_object('field', 'email', 'old', pg_temp.former_email(n), 'new', pg_temp.email(n)),
                        jsonb_build_object('field', 'phone', 'old', NULL, 'new', pg_temp.phone(n))))
           WHEN 2 THEN jsonb_build_object(
                    'transfer', jsonb_build_object(
                        'amount', 100 + pg_temp.pick(i, 'amount', 9000),
                        'to', jsonb_build_object('name', pg_temp.recipient_name(r), 'iban', pg_temp.recipient_iban(r))))
           WHEN 3 THEN jsonb_build_object(
                    'recipients', jsonb_build_array(jsonb_build_object('name', pg_temp.recipient_name(r))),
                    'notified', jsonb_build_array(pg_temp.email(n)))
           WHEN 4 THEN jsonb_build_object(
                    'note', 'Ringte ' || pg_temp.full_name(n) || ' på ' || pg_temp.typed_phone(n)
                            || E'.\n\tIngen svar 🙈',
                    'by', pg_temp.staff_email(i))
           -- The address is the key here, not the value.
           WHEN 5 THEN jsonb_build_object(
                    'contacts', jsonb_build_object(pg_temp.email(n), 'verified', pg_temp.phone(n), 'pending'))
           ELSE '{}'::jsonb
       END
FROM generate_series(1, pg_temp.rows_of(50000)) AS i
CROSS JOIN LATERAL (
    SELECT pg_temp.some_user(i, 'actor') AS n,
           1 + pg_temp.pick(i, 'audited recipient', pg_temp.recipients_n()) AS r,
           CASE WHEN i IN (1, pg_temp.rows_of(50000)) THEN 1 ELSE i % 7 END AS kind
    OFFSET 0
) AS event;


-- aml_alerts, str_reports and screening_results ----------------------------------------------------------------

INSERT INTO aml_alerts (id, user_id, transaction_id, rule, score, narrative, evidence, assigned_to, created_at,
                        resolved_at)
SELECT pg_temp.alert_id(a),
       pg_temp.user_id(n),
       CASE WHEN a % 15 <> 4 THEN pg_temp.transaction_id(t) END,
       pg_temp.one_of(a, 'rule', ARRAY['velocity', 'structuring', 'sanctioned-country', 'new-recipient-large-amount']),
       CASE WHEN a % 40 = 2 THEN 'NaN'::numeric ELSE pg_temp.pick(a, 'score', 10000) / 10000.0 END,
       CASE WHEN a % 6 <> 5
            THEN pg_temp.full_name(n) || ' (' || pg_temp.email(n) || ') sendte flere beløp rett under grensen.'
                 || E'\nKonto: ' || pg_temp.account_number(j) END,
       jsonb_build_object('rule', jsonb_build_object('window_h', 24, 'hits', jsonb_build_array(
           jsonb_build_object('tx', pg_temp.transaction_id(t),
                              'account', pg_temp.iban('NO', pg_temp.account_number(j)))))),
       CASE WHEN a % 4 <> 3 THEN pg_temp.staff_email(a) END,
       pg_temp.moment(a, 'alerted', 700),
       CASE WHEN a % 3 = 0 THEN pg_temp.moment(a, 'alerted', 700) + INTERVAL '2 days' END
FROM generate_series(1, pg_temp.rows_of(900)) AS a
CROSS JOIN LATERAL (SELECT 1 + pg_temp.pick(a, 'alerting', pg_temp.transactions_n()) AS t OFFSET 0) AS payment
CROSS JOIN LATERAL (SELECT pg_temp.transaction_account(t) AS j OFFSET 0) AS paying
CROSS JOIN LATERAL (SELECT pg_temp.account_owner(j) AS n OFFSET 0) AS payer;

-- A report follows up the alert of the same number.
INSERT INTO str_reports (alert_id, user_id, narrative, filed_by, filed_at, created_at)
SELECT pg_temp.alert_id(s),
       pg_temp.user_id(n),
       'Mistenkelig transaksjon. Kunde: ' || pg_temp.full_name(n) || ', fødselsnummer '
       || CASE WHEN s % 3 = 0 THEN left(pg_temp.national_id(n), 6) || ' ' || substr(pg_temp.national_id(n), 7)
               ELSE pg_temp.national_id(n) END
       || ', født ' || to_char(pg_temp.date_of_birth(n), 'DD.MM.YYYY')
       || ', bosatt ' || pg_temp.street(n) || ', ' || pg_temp.place(n)
       || E'.\nMidlene ble sendt til ' || pg_temp.recipient_name(r) || ' på ' || pg_temp.recipient_iban(r)
       || E'.\n\nKunden kan nås på tlf. ' || pg_temp.typed_phone(n) || '.',
       pg_temp.staff_name(s),
       CASE WHEN s % 5 <> 4 THEN pg_temp.moment(s, 'filed', 600) END,
       pg_temp.moment(s, 'filed', 600) - INTERVAL '1 day'
FROM generate_series(1, pg_temp.rows_of(150)) AS s
CROSS JOIN LATERAL (
    SELECT pg_temp.account_owner(pg_temp.transaction_account(
               1 + pg_temp.pick(s, 'alerting', pg_temp.transactions_n()))) AS n,
           1 + pg_temp.pick(s, 'reported recipient', pg_temp.recipients_n()) AS r
    OFFSET 0
) AS parties;

INSERT INTO screening_results (user_id, provider, outcome, result, raw, checked_at)
SELECT pg_temp.user_id(n),
       pg_temp.one_of(i, 'provider', ARRAY['sumsub', 'trapets']),
       CASE WHEN i % 9 = 0 THEN 'hit' ELSE 'clear' END,
       answer,
       CASE WHEN i % 4 = 1 THEN jsonb_pretty(answer) END,
       pg_temp.moment(i, 'screened', 700)
FROM generate_series(1, pg_temp.rows_of(2500)) AS i
CROSS JOIN LATERAL (SELECT pg_temp.some_user(i, 'screened user') AS n OFFSET 0) AS screened
CROSS JOIN LATERAL (
    SELECT jsonb_build_object(
               'applicant', jsonb_build_object(
                   'name', jsonb_build_object('first', pg_temp.first_name(n), 'last', pg_temp.last_name(n)),
                   'dob', to_char(pg_temp.date_of_birth(n), 'YYYY-MM-DD'),
                   'addresses', jsonb_build_array(
                       jsonb_build_object('street', pg_temp.street(n), 'place', pg_temp.place(n), 'country', 'NOR')),
                   'documents', jsonb_build_array(
                       jsonb_build_object('type', 'PASSPORT',
                                          'number', 'C' || (10000000 + pg_temp.pick(n, 'passport', 89999999)),
                                          'file', 'Pass ' || pg_temp.full_name(n) || '.pdf'))),
               'hits', CASE WHEN i % 3 = 0 THEN '[]'::jsonb ELSE jsonb_build_array(
                   jsonb_build_object(
                       'list', 'PEP', 'score', round(pg_temp.pick(i, 'match', 100) / 100.0, 2),
                       'matched', jsonb_build_object(
                           'name', pg_temp.full_name(n),
                           'aliases', jsonb_build_array(
                               pg_temp.first_name(n) || ' ' || pg_temp.former_last_name(n), NULL),
                           'contacts', jsonb_build_array(
                               jsonb_build_object('kind', 'email', 'value', pg_temp.email(n)),
                               jsonb_build_object('kind', 'phone', 'value', pg_temp.phone(n)))))) END,
               'notes', '') AS answer
    OFFSET 0
) AS screening;


-- consents, data_access_requests and complaints ----------------------------------------------------------------

INSERT INTO consents (user_id, purpose, version, granted, ip_address, user_agent, granted_at, valid_until, withdrawn_at)
SELECT pg_temp.user_id(n),
       (ARRAY['terms', 'marketing', 'credit-check'])[1 + i % 3],
       CASE WHEN n % 2 = 0 THEN '2025-01' ELSE '2026-03' END,
       i % 7 <> 6,
       CASE WHEN i % 19 <> 8 THEN pg_temp.ip(n)::inet END,
       pg_temp.user_agent(i),
       pg_temp.moment(i, 'consented', 700),
       CASE WHEN i % 3 = 1 THEN TIMESTAMPTZ '2027-11-01 00:00:00+00' ELSE 'infinity' END,
       CASE WHEN i % 11 = 10 THEN pg_temp.moment(i, 'consented', 700) + INTERVAL '8 hours' END
FROM generate_series(0, pg_temp.rows_of(10000) - 1) AS i
CROSS JOIN LATERAL (SELECT 1 + i / 3 AS n OFFSET 0) AS customer;

-- The archive is a large object with a number of our own choosing: one that the server chose would differ from
-- load to load.
INSERT INTO data_access_requests (id, user_id, requested_by, state, export, export_file, requested_at, answered_at)
SELECT overlay(overlay(pg_temp.hex32(d, 'request') PLACING '4' FROM 13) PLACING 'b' FROM 17)::uuid,
       pg_temp.user_id(n),
       pg_temp.email(n)::email_address,
       CASE WHEN answered THEN 'answered' ELSE 'received' END,
       -- A key that comes twice, and blanks that mean nothing: json keeps both.
       CASE WHEN answered
            THEN ('{ "name":"' || pg_temp.full_name(n) || '",' || E'\n  "email" :  "' || pg_temp.former_email(n)
                  || '", "email": "' || pg_temp.email(n) || '",' || E'\n  "accounts":[ {"iban":"'
                  || pg_temp.iban('NO', pg_temp.account_number(n)) || '", "balance":1.50e3} ] }')::json END,
       CASE WHEN d <= pg_temp.rows_of(20)
            THEN lo_from_bytea((900000 + d)::oid, convert_to(
                     E'Innsyn etter personvernforordningen\r\nNavn: ' || pg_temp.full_name(n) || E'\r\nE-post: '
                     || pg_temp.email(n) || E'\r\nTelefon: ' || pg_temp.phone(n) || E'\r\n', 'UTF8')
                     || pg_temp.noise(d, 64)) END,
       pg_temp.moment(d, 'requested', 600),
       CASE WHEN answered THEN pg_temp.moment(d, 'requested', 600) + INTERVAL '9 days' END
FROM generate_series(1, pg_temp.rows_of(120)) AS d
CROSS JOIN LATERAL (
    SELECT pg_temp.some_user(d, 'requester') AS n,
           d IN (1, pg_temp.rows_of(120)) OR d % 4 <> 0 AS answered
    OFFSET 0
) AS request;

INSERT INTO complaints (user_id, parent_id, subject, body, contact, state, created_at)
SELECT pg_temp.user_id(n),
       -- A follow-up answers the complaint before it.
       CASE WHEN c > 1 AND c % 6 = 0 THEN 40211 + c - 2 END,
       CASE c % 3 WHEN 0 THEN 'Oppfølging: gebyr'
                  WHEN 1 THEN 'Betaling fra ' || pg_temp.full_name(n)
                  ELSE 'Får ikke logget inn' END,
       CASE c % 4
           WHEN 1 THEN 'Hei, jeg heter ' || pg_temp.full_name(n) || ' og har ventet på pengene mine i tre uker.'
                       || ' Ring meg på ' || pg_temp.typed_phone(n) || ' eller skriv til ' || pg_temp.email(n)
                       || E'.\n\nHilsen ' || pg_temp.first_name(n)
           WHEN 2 THEN E'Dere har trukket meg to ganger!\n\tKonto: ' || pg_temp.iban('NO', pg_temp.account_number(n))
                       || E'\n\tFil: C:\\Bilder\\' || pg_temp.last_name(n) || '.png'
           WHEN 3 THEN 'Kona mi, ' || pg_temp.recipient_name(1 + pg_temp.pick(c, 'wife', pg_temp.recipients_n()))
                       || ', fikk aldri "gaven". Det er ikke greit 😡'
           ELSE 'Takk for svar. – ' || pg_temp.full_name(n)
       END,
       CASE c % 3 WHEN 0 THEN pg_temp.typed_phone(n) WHEN 1 THEN pg_temp.email(n) END,
       pg_temp.one_of(c, 'state', ARRAY['open', 'answered', 'closed']),
       pg_temp.moment(c, 'complained', 600)
FROM generate_series(1, pg_temp.rows_of(600)) AS c
CROSS JOIN LATERAL (SELECT pg_temp.some_user(c, 'complainant') AS n OFFSET 0) AS complainant;


-- System -------------------------------------------------------------------------------------------------------

-- Six currencies a day, for at most ten years back.
INSERT INTO exchange_rates (base, quote, valid_on, rate)
SELECT 'NOK',
       quote,
       DATE '2026-10-31' - (day - 1),
       round(around * (0.95 + pg_temp.pick(day, quote, 10001) / 100000.0), 8)
FROM generate_series(1, least(3650, pg_temp.rows_of(168))) AS day
CROSS JOIN (
    VALUES ('RSD', 10.2), ('BAM', 0.17), ('PLN', 0.365), ('PKR', 27.9), ('TRY', 4.1), ('EUR', 0.086)
) AS currency (quote, around);

INSERT INTO rate_limits (key, hits, "window", started_at)
SELECT CASE i % 4
           WHEN 1 THEN 'otp:' || pg_temp.phone(i)
           WHEN 2 THEN 'reset:' || lower(pg_temp.email(i) COLLATE "C")
           WHEN 3 THEN 'api:' || pg_temp.user_id(i) || ':' || pg_temp.ip(i)
           ELSE 'login:' || pg_temp.ip(i)
       END,
       1 + pg_temp.pick(i, 'hits', 60),
       (ARRAY[INTERVAL '1 minute', INTERVAL '15 minutes', INTERVAL '1 mon 2 days 03:04:05.678'])[1 + i % 3],
       pg_temp.moment(i, 'limited', 2)
FROM generate_series(1, pg_temp.rows_of(1200)) AS i
-- IPv6 addresses are drawn by lot and could fall together.
ON CONFLICT DO NOTHING;

-- A card bears the name in capitals without the letters that an embosser lacks.
INSERT INTO cards (id, user_id, bank_account_id, token, last4, cardholder_name, brand, expires_on, blocked_at,
                   created_at)
SELECT 'card_' || pg_temp.hex16(c, 'card'),
       pg_temp.user_id(n),
       pg_temp.account_id(j),
       'tok_' || left(pg_temp.hex32(c, 'card token'), 24),
       lpad(pg_temp.pick(c, 'last4', 10000)::text, 4, '0'),
       upper(pg_temp.ascii_name(pg_temp.first_name(n))) || ' ' || upper(pg_temp.ascii_name(pg_temp.last_name(n))),
       CASE WHEN c % 3 = 0 THEN 'mastercard' ELSE 'visa' END,
       DATE '2026-12-31' + pg_temp.pick(c, 'expiry', 48) * 30,
       CASE WHEN c % 25 = 9 THEN pg_temp.moment(c, 'blocked', 90) END,
       pg_temp.moment(c, 'issued', 900)
FROM generate_series(1, pg_temp.rows_of(3500)) AS c
CROSS JOIN LATERAL (SELECT 1 + pg_temp.pick(c, 'card account', pg_temp.accounts_n()) AS j OFFSET 0) AS account
CROSS JOIN LATERAL (SELECT pg_temp.account_owner(j) AS n OFFSET 0) AS holder;

-- Three periods in a row for each customer, the last of them open-ended.
INSERT INTO spending_limits (user_id, kind, period, amount, approved_by)
SELECT pg_temp.user_id(1 + i / 3),
       'transfer',
       CASE i % 3 WHEN 0 THEN daterange('2026-01-01', '2026-05-01')
                  WHEN 1 THEN daterange('2026-05-01', '2026-09-01')
                  ELSE daterange('2026-09-01', NULL) END,
       1000 * (1 + pg_temp.pick(i, 'limit', 50)),
       CASE WHEN i % 2 = 0 THEN pg_temp.staff_email(i) END
FROM generate_series(0, pg_temp.rows_of(1500) - 1) AS i;


-- Beside the nineteen ------------------------------------------------------------------------------------------

-- The first is exactly 1 MiB; it says whose it is in the middle, far from where a sample would look.
INSERT INTO kyc_documents (user_id, kind, file_name, content, uploaded_at)
SELECT pg_temp.user_id(n),
       kind,
       upper(left(kind, 1)) || substr(kind, 2) || ' ' || pg_temp.full_name(n)
       || CASE kind WHEN 'pass' THEN '.pdf' WHEN 'førerkort' THEN '.png' ELSE '.jpg' END,
       CASE
           WHEN d = 1 THEN substr(
               '%PDF-1.4'::bytea || '\x0a25e2e3cf0a'::bytea || pg_temp.noise(d, 16384)
               || convert_to(E'\n<< /Author (' || pg_temp.full_name(n) || ') /Subject (' || pg_temp.email(n)
                             || E') >>\n', 'UTF8')
               || pg_temp.noise(d + 1000000, 16384), 1, 1048570) || '%%EOF\012'::bytea
           WHEN d % 12 = 7 THEN NULL
           WHEN d % 12 = 9 THEN ''::bytea
           WHEN kind = 'pass' THEN '%PDF-1.4'::bytea || '\x0a'::bytea
               || convert_to('<< /Author (' || pg_temp.full_name(n) || ') >>', 'UTF8') || pg_temp.noise(d, 8 + d % 1000)
           WHEN kind = 'førerkort' THEN '\x89504e470d0a1a0a'::bytea || 'tEXtAuthor'::bytea || '\x00'::bytea
               || convert_to(pg_temp.full_name(n), 'UTF8') || pg_temp.noise(d, 8 + d % 600)
           ELSE '\xffd8ffe1'::bytea || 'Exif'::bytea || '\x0000'::bytea || convert_to(pg_temp.full_name(n), 'UTF8')
               || pg_temp.noise(d, 8 + d % 400) || '\xffd9'::bytea
       END,
       pg_temp.moment(d, 'uploaded', 800)
FROM generate_series(1, pg_temp.rows_of(600)) AS d
CROSS JOIN LATERAL (
    SELECT pg_temp.some_user(d, 'documented') AS n,
           (ARRAY['legitimasjon', 'pass', 'førerkort'])[1 + d % 3] AS kind
    OFFSET 0
) AS document;

-- At least forty, so that each odd value is there at the smallest scale as well. One in twenty has the name with
-- its ring and stroke as combining characters (NFD), which looks the same and compares different.
INSERT INTO "User Notes" ("user", "Weird ""Column""", "Written At")
SELECT pg_temp.user_id(n),
       CASE
           WHEN i IN (1, notes) THEN pg_temp.full_name(n) || ' ringte om ' || pg_temp.email(n)
           WHEN i % 20 = 19 THEN 'Snakket med ' || normalize(pg_temp.full_name(n), NFD)
           WHEN i % 40 = 5 THEN NULL
           WHEN i % 4 = 1 THEN 'Kunden "' || pg_temp.full_name(n) || E'"\thar ny adresse: ' || pg_temp.street(n)
                               || ', ' || pg_temp.place(n)
           ELSE pg_temp.odd_text(i)
       END,
       pg_temp.moment(i, 'noted', 800)
FROM (SELECT greatest(40, pg_temp.rows_of(400)) AS notes) AS of_them
CROSS JOIN LATERAL generate_series(1, notes) AS i
CROSS JOIN LATERAL (SELECT pg_temp.some_user(i, 'noted user') AS n OFFSET 0) AS customer;

-- Some typed their address in capitals, some a password in its place.
INSERT INTO login_attempts (email, ip_address, succeeded, attempted_at)
SELECT CASE i % 10
           WHEN 4 THEN upper(pg_temp.email(n) COLLATE "C")
           WHEN 7 THEN 'Hemmelig' || pg_temp.last_name(n) || n % 100 || '!'
           ELSE pg_temp.email(n)
       END,
       pg_temp.ip(n)::inet,
       i % 4 <> 0,
       pg_temp.moment(i, 'attempted', 30)
FROM generate_series(1, pg_temp.rows_of(800)) AS i
CROSS JOIN LATERAL (SELECT pg_temp.some_user(i, 'attempting') AS n OFFSET 0) AS customer;

INSERT INTO support.tickets (user_id, requester, subject, body, labels, created_at)
SELECT CASE WHEN i % 7 <> 3 THEN pg_temp.user_id(n) END,
       pg_temp.email(n)::email_address,
       'Spørsmål fra ' || pg_temp.full_name(n),
       'Hei! Mitt kundenummer er knyttet til ' || pg_temp.phone(n) || E'.\n-- \n' || pg_temp.full_name(n) || E'\n'
       || pg_temp.street(n) || ', ' || pg_temp.place(n),
       CASE i % 3 WHEN 0 THEN ARRAY['vip', 'fra:' || pg_temp.work_email(n)] WHEN 1 THEN ARRAY['betaling'] ELSE '{}' END,
       pg_temp.moment(i, 'asked', 300)
FROM generate_series(1, pg_temp.rows_of(300)) AS i
CROSS JOIN LATERAL (SELECT pg_temp.some_user(i, 'asking') AS n OFFSET 0) AS customer;

-- A child inherits neither identity nor key: the archive gets the numbers its rows had.
INSERT INTO support.tickets_archive (id, user_id, requester, subject, body, created_at, archived_at)
SELECT 500000 + i,
       pg_temp.user_id(n),
       pg_temp.former_email(n)::email_address,
       'Avsluttet sak',
       'Kunden ' || pg_temp.first_name(n) || ' ' || pg_temp.former_last_name(n) || ' (nå ' || pg_temp.last_name(n)
       || ') fikk hjelp.',
       pg_temp.moment(i, 'archived', 300) - INTERVAL '400 days',
       pg_temp.moment(i, 'archived', 300)
FROM generate_series(1, pg_temp.rows_of(100)) AS i
CROSS JOIN LATERAL (SELECT pg_temp.some_user(i, 'archived user') AS n OFFSET 0) AS customer;


-- Finish -------------------------------------------------------------------------------------------------------

REFRESH MATERIALIZED VIEW customer_overview;

DISCARD TEMP;

RESET synchronous_commit;
RESET client_min_messages;

-- Table by table: without names ANALYZE would take the cluster's shared catalogs too, and would make loads into
-- several databases wait for each other.
ANALYZE users, users_history, bank_accounts, sessions, recipients, merchants, transactions, notifications, settings,
        audit_log, aml_alerts, str_reports, screening_results, consents, data_access_requests, complaints,
        exchange_rates, rate_limits, cards, spending_limits, kyc_documents, "User Notes", login_attempts,
        feature_trials, support.tickets, support.tickets_archive, customer_overview;

RESET search_path;
