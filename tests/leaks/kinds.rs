//! The kinds of leak: how each is planted, and where verification has to say that it is.

use Plant::{Cell, Sql};

/// How a leak gets into a masked database. `{email}` and its like stand for what the third customer has in the source.
pub(crate) enum Plant {
    /// An expression of SQL into a cell: the table, the column, the row.
    Cell(&'static str, &'static str, u32, &'static str),
    /// Statements that plant it and statements that take it away again.
    Sql(&'static str, &'static str),
}

/// A kind, its plant, and the place that is named.
pub(crate) type Kind = (&'static str, Plant, &'static str);

const fn nest(column: &'static str, value: &'static str) -> Plant {
    Cell("public.nest", column, 7, value)
}

/// Where all of them are, as a table.
const LARGE: &str = "pg_catalog.pg_largeobject.data";

/// As the source has it.
pub(crate) const HARMLESS_LARGE: &str = "SELECT lo_unlink(4711); SELECT lo_from_bytea(4711, 'a harmless large object')";

/// Personal data that survives.
pub(crate) const LEAKS: &[Kind] = &[
    (
        "a raw row is put back",
        Sql("UPDATE public.people SET email = '{email}', phone = '{phone}' WHERE id = 3", "row"),
        "people.email",
    ),
    ("a cell is passed through", Cell("public.people", "account", 3, "'{account}'"), "people.account"),
    (
        "a whole column is passed through",
        Sql(
            "UPDATE public.people SET last_name = raw FROM (VALUES {last_names}) AS v (id, raw) WHERE v.id = people.id",
            "row",
        ),
        "people.last_name",
    ),
    ("another's value in the column", Cell("public.people", "email", 5, "'{email}'"), "people.email"),
    (
        "a document is passed through",
        Cell("public.people", "signature", 3, "convert_to('{signature}', 'UTF8')"),
        "people.signature",
    ),
    ("in a sentence: a name", nest("t", "'Skriv til {first_name} {last_name} i dag.'"), "nest.t"),
    ("in a sentence: an e-mail with punctuation", nest("t", "'(see <{email}>, please!)'"), "nest.t"),
    ("name, last name first", nest("t", "'{last_name}, {first_name}'"), "nest.t"),
    ("name in capitals", nest("t", "upper('{first_name} {last_name}')"), "nest.t"),
    ("name in decomposed Unicode (NFD)", nest("t", "normalize('{first_name} {last_name}', NFD)"), "nest.t"),
    ("name with hard spaces", nest("t", "'{first_name}' || U&'\\00a0' || '{last_name}'"), "nest.t"),
    (
        "first name in one column, last name in the next",
        Sql("UPDATE public.nest SET t = '{first_name}', a = ARRAY['{last_name}'] WHERE id = 7", "row"),
        "nest.t",
    ),
    (
        "last name in capitals in one column, first name in another",
        Sql("UPDATE public.nest SET t = upper('{last_name}'), a = ARRAY['x', '{first_name}'] WHERE id = 7", "row"),
        "nest.a",
    ),
    (
        "in JSON: first name and last name in two keys",
        nest("j", "jsonb_build_object('firstName', '{first_name}', 'lastName', '{last_name}')"),
        "nest.j",
    ),
    (
        "in JSON: last name and first name in two keys of a person in a list",
        nest("j", "jsonb_build_array(jsonb_build_object('etternavn', '{last_name}', 'fornavn', '{first_name}'), 1)"),
        "nest.j",
    ),
    ("first name and last name in one array", nest("a", "ARRAY['{first_name}', '{last_name}']"), "nest.a"),
    ("e-mail in capitals", nest("t", "upper('{email}')"), "nest.t"),
    ("e-mail with a full-width @", nest("t", "translate('{email}', '@', U&'\\FF20')"), "nest.t"),
    (
        "digits in full width",
        nest(
            "t",
            "translate('{iban}', '0123456789', U&'\\FF10\\FF11\\FF12\\FF13\\FF14\\FF15\\FF16\\FF17\\FF18\\FF19')",
        ),
        "nest.t",
    ),
    (
        "e-mail with zero-width characters inside",
        nest("t", "overlay('{email}' placing U&'\\200b' from 4 for 0)"),
        "nest.t",
    ),
    ("e-mail in a URL", nest("t", "'https://drop.no/in?email={email}&x=1'"), "nest.t"),
    ("e-mail with a tag", nest("t", "replace('{email}', '@', '+news@')"), "nest.t"),
    ("e-mail without its first letter", nest("t", "substr('{email}', 2)"), "nest.t"),
    ("e-mail without its last letter", nest("t", "left('{email}', -1)"), "nest.t"),
    (
        "e-mail without its last letter, in a sentence",
        nest("t", "'Skriv til ' || left('{email}', -1) || ', takk'"),
        "nest.t",
    ),
    ("IBAN without its last digit", nest("t", "left('{iban}', -1)"), "nest.t"),
    (
        "IBAN with spaces, without its last digit",
        nest("t", "regexp_replace(left('{iban}', -1), '(....)', '\\1 ', 'g')"),
        "nest.t",
    ),
    (
        "a column of account numbers without their last digit",
        Sql(
            "UPDATE public.people SET phone = left(raw, -1) FROM (VALUES {accounts}) AS v (id, raw) WHERE v.id = people.id",
            "row",
        ),
        "people.phone",
    ),
    ("token without its last letter", nest("t", "left('{token}', -1)"), "nest.t"),
    ("phone with 0047", nest("t", "'0047' || substr('{phone}', 4)"), "nest.t"),
    (
        "phone with +47 and spaces",
        nest("t", "regexp_replace('{phone}', '^[+]47(...)(..)(...)', '+47 \\1 \\2 \\3')"),
        "nest.t",
    ),
    ("account number with dots", nest("t", "regexp_replace('{account}', '^(....)(..)', '\\1.\\2.')"), "nest.t"),
    ("account number out of its IBAN", nest("t", "'konto ' || substr('{iban}', 5)"), "nest.t"),
    ("IBAN with spaces", nest("t", "regexp_replace('{iban}', '(....)', '\\1 ', 'g')"), "nest.t"),
    ("IBAN in small letters", nest("t", "lower('{iban}')"), "nest.t"),
    ("card number with spaces", nest("t", "regexp_replace('{card}', '(....)', '\\1 ', 'g')"), "nest.t"),
    ("fødselsnummer with a space", nest("t", "regexp_replace('{national_id}', '^(......)', '\\1 ')"), "nest.t"),
    ("IPv4 address mapped into IPv6", nest("t", "'::ffff:{ip}'"), "nest.t"),
    (
        "digits of another script",
        nest(
            "t",
            "translate('{national_id}', '0123456789', U&'\\0660\\0661\\0662\\0663\\0664\\0665\\0666\\0667\\0668\\0669')",
        ),
        "nest.t",
    ),
    ("a JWT", nest("t", "'{token}'"), "nest.t"),
    (
        "the payload of a JWT",
        nest(
            "t",
            "'eyJhbGciOiJub25lIn0.' || translate(rtrim(replace(encode(convert_to('{\"sub\":\"{email}\"}', 'UTF8'), 'base64'), E'\\n', ''), '='), '+/', '-_') || '.c2ln'",
        ),
        "nest.t",
    ),
    ("in JSON: a value", nest("j", "jsonb_build_object('contact', '{email}')"), "nest.j at \"contact\""),
    (
        "in JSON: an element of an array",
        nest("j", "jsonb_build_object('all', jsonb_build_array(1, '{iban}'))"),
        "nest.j at \"all\"",
    ),
    ("in JSON: a key", nest("j", "jsonb_build_object('{email}', 1)"), "nest.j"),
    ("in JSON: a number", nest("j", "jsonb_build_object('number', {national_id}::bigint)"), "nest.j at \"number\""),
    (
        "in JSON: JSON in a string",
        nest("j", "jsonb_build_object('body', jsonb_build_object('to', '{email}')::text)"),
        "nest.j at \"to\"",
    ),
    ("in JSON as text", nest("t", "json_build_object('to', '{email}')::text"), "nest.t at \"to\""),
    (
        "JSON-escaped letters",
        nest("t", "'{\"who\": \"' || replace('{first_name} {last_name}', 'ø', '\\u00f8') || '\"}'"),
        "nest.t at \"who\"",
    ),
    ("in base64", nest("t", "encode(convert_to('{email}', 'UTF8'), 'base64')"), "nest.t"),
    ("e-mail URL-encoded", nest("t", "'https://drop.no/in?email=' || replace('{email}', '@', '%40')"), "nest.t"),
    ("e-mail as an HTML entity", nest("t", "replace('{email}', '@', '&#64;')"), "nest.t"),
    ("digits one by one", nest("t", "trim(regexp_replace('{account}', '(.)', '\\1 ', 'g'))"), "nest.t"),
    ("JSON-escaped letters in plain text", nest("t", "replace('{first_name} {last_name}', 'å', '\\u00e5')"), "nest.t"),
    (
        "name in base64 in a sentence",
        nest("t", "'kunde=' || encode(convert_to('Kunden er {first_name} {last_name}', 'UTF8'), 'base64') || '; takk'"),
        "nest.t",
    ),
    (
        "name URL-encoded",
        nest(
            "t",
            "'https://drop.no/in?navn=' || replace(replace('{first_name}%20{last_name}', 'å', '%C3%A5'), 'ø', '%C3%B8')",
        ),
        "nest.t",
    ),
    ("phone without its country", nest("t", "'Ring ' || substr('{phone}', 4)"), "nest.t"),
    (
        "in base64 in a sentence",
        nest("t", "'Authorization: Basic ' || encode(convert_to('{email}', 'UTF8'), 'base64')"),
        "nest.t",
    ),
    ("in hexadecimal", nest("t", "encode(convert_to('{email}', 'UTF8'), 'hex')"), "nest.t"),
    ("bytes in gzip", nest("b", "decode('{gzip}', 'hex')"), "nest.b"),
    (
        "a PDF with deflated text",
        nest(
            "b",
            "convert_to(E'%PDF-1.4\\n1 0 obj\\n<< /Filter /FlateDecode >>\\nstream\\n', 'UTF8') || decode('{deflate}', 'hex') || convert_to(E'\\nendstream\\nendobj\\n%%EOF', 'UTF8')",
        ),
        "nest.b",
    ),
    ("backwards", nest("t", "reverse('{email}')"), "nest.t"),
    (
        "bytes in UTF-16",
        nest("b", "decode(regexp_replace(encode(convert_to('{email}', 'UTF8'), 'hex'), '(..)', '\\100', 'g'), 'hex')"),
        "nest.b",
    ),
    (
        "bytes in UTF-16, the other order",
        nest(
            "b",
            "decode(regexp_replace(encode(convert_to('{first_name} {last_name}', 'LATIN1'), 'hex'), '(..)', '00\\1', 'g'), 'hex')",
        ),
        "nest.b",
    ),
    ("bytes in Latin-1", nest("b", "convert_to('{first_name} {last_name}', 'LATIN1')"), "nest.b"),
    ("bytes that are text", nest("b", "convert_to('kontakt: {email}', 'UTF8')"), "nest.b"),
    (
        "a PDF with plain text",
        nest(
            "b",
            "convert_to(E'%PDF-1.4\\n1 0 obj\\n<< /Length 60 >>\\nstream\\nBT /F1 12 Tf ({email}) Tj ET\\nendstream\\nendobj\\n%%EOF', 'UTF8')",
        ),
        "nest.b",
    ),
    ("the bytes of a document, elsewhere", nest("b", "convert_to('{signature}', 'UTF8')"), "nest.b"),
    ("in hstore: a value", nest("h", "public.hstore('mail', '{email}')"), "nest.h at \"mail\""),
    ("in hstore: a key", nest("h", "public.hstore('{email}', 'x')"), "nest.h"),
    ("in an array", nest("a", "ARRAY['x', '{phone}', '{email}']"), "nest.a"),
    ("in a composite", nest("c", "ROW('x', '{email}')::public.contact"), "nest.c at \"address\""),
    ("in XML: a text", nest("x", "xmlelement(name a, '{email}')"), "nest.x at \"a\""),
    ("in XML: an attribute", nest("x", "xmlelement(name a, xmlattributes('{email}' AS href))"), "nest.x at \"href\""),
    ("in XML: a comment", nest("x", "('<a><!-- {email} --></a>')::xml"), "nest.x at \"a\""),
    ("in a range", nest("r", "public.text_range('{email}', NULL)"), "nest.r"),
    ("in a tsvector", nest("v", "to_tsvector('simple', '{email}')"), "nest.v"),
    ("in an inet", nest("i", "'{ip}'::inet"), "nest.i"),
    ("in a bigint", nest("n", "{national_id}::bigint"), "nest.n"),
    ("in a numeric", nest("d", "{account}::numeric"), "nest.d"),
    ("in another schema", Cell("other.letters", "body", 2, "'{email}'"), "other.letters.body"),
    ("in the last row of the last range of pages", Cell("public.long_one", "t", 5000, "'{email}'"), "long_one.t"),
    (
        "in a materialized view",
        Sql(
            "UPDATE public.nest SET t = '{email}' WHERE id = 7; REFRESH MATERIALIZED VIEW public.nest_view; UPDATE public.nest SET t = 'redacted' WHERE id = 7",
            "REFRESH MATERIALIZED VIEW public.nest_view",
        ),
        "nest_view.t",
    ),
    ("in a new table", Sql("CREATE TABLE public.fresh AS SELECT '{email}' AS t", "DROP TABLE public.fresh"), "fresh.t"),
    (
        "in an unlogged table",
        Sql("CREATE UNLOGGED TABLE other.fresh AS SELECT '{email}' AS t", "DROP TABLE other.fresh"),
        "other.fresh.t",
    ),
    (
        "in an extra column",
        Sql(
            "ALTER TABLE public.nest ADD extra text; UPDATE public.nest SET extra = '{email}' WHERE id = 2",
            "ALTER TABLE public.nest DROP extra",
        ),
        "nest.extra",
    ),
    ("in a large object", Sql("SELECT lo_put(4711, 2, convert_to('{email}', 'UTF8'))", HARMLESS_LARGE), LARGE),
    (
        "a document is passed through into a large object",
        Sql("SELECT lo_put(4711, 0, convert_to('{signature}', 'UTF8'))", HARMLESS_LARGE),
        LARGE,
    ),
    (
        "in gzip in a large object",
        Sql("SELECT lo_unlink(4711); SELECT lo_from_bytea(4711, decode('{gzip}', 'hex'))", HARMLESS_LARGE),
        LARGE,
    ),
    (
        "between two pieces of a large object",
        Sql("SELECT lo_put(4711, 16777200, convert_to('{email}', 'UTF8'))", HARMLESS_LARGE),
        LARGE,
    ),
    (
        "in a large object that wasn't there",
        Sql("SELECT lo_from_bytea(4712, convert_to('{email}', 'UTF8'))", "SELECT lo_unlink(4712)"),
        LARGE,
    ),
];
