//! The kinds of leak and of fault that aren't in a cell: in the schema, and in what rows and objects there are.

use super::kinds::Plant::{Cell, Sql};
use super::kinds::{HARMLESS_LARGE, Kind};

/// In the schema of the target.
pub(crate) const IN_TARGET: &[Kind] = &[
    (
        "a comment after masking",
        Sql("COMMENT ON TABLE public.nest IS '{email}'", "COMMENT ON TABLE public.nest IS NULL"),
        "the database at \"COMMENT TABLE nest\"",
    ),
    (
        "a default after masking",
        Sql("ALTER TABLE public.nest ALTER t SET DEFAULT '{email}'", "ALTER TABLE public.nest ALTER t DROP DEFAULT"),
        "the database at \"TABLE nest\"",
    ),
    (
        "a function's body after masking",
        Sql(
            "CREATE OR REPLACE FUNCTION public.greeting() RETURNS text LANGUAGE sql AS $$ SELECT '{first_name} {last_name}' $$",
            "CREATE OR REPLACE FUNCTION public.greeting() RETURNS text LANGUAGE sql AS $$ SELECT 'harmless' $$",
        ),
        "the database at \"FUNCTION greeting\"",
    ),
    (
        "a view replaced after masking",
        Sql(
            "CREATE OR REPLACE VIEW public.greetings AS SELECT '{email}' AS t",
            "CREATE OR REPLACE VIEW public.greetings AS SELECT 'harmless' AS t",
        ),
        "the database at \"VIEW greetings\"",
    ),
    (
        "an enum label after masking",
        Sql(
            "ALTER TYPE public.mood RENAME VALUE 'harmless' TO '{email}'",
            "ALTER TYPE public.mood RENAME VALUE '{email}' TO 'harmless'",
        ),
        "the database at \"TYPE mood\"",
    ),
    (
        "the name of a column after masking",
        Sql("ALTER TABLE public.nest RENAME t TO \"{email}\"", "ALTER TABLE public.nest RENAME \"{email}\" TO t"),
        "the database at \"TABLE nest\"",
    ),
    (
        "a check constraint replaced after masking",
        Sql(
            "ALTER TABLE public.nest DROP CONSTRAINT harmless, ADD CONSTRAINT harmless CHECK (t <> '{email}')",
            "ALTER TABLE public.nest DROP CONSTRAINT harmless, ADD CONSTRAINT harmless CHECK (t <> 'harmful')",
        ),
        "the database at \"TABLE nest\"",
    ),
    (
        "the comment on the database after masking",
        Sql(
            "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), '{email}'); END $$",
            "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END $$",
        ),
        "the database at \"DATABASE settings\"",
    ),
    (
        "a setting of the database after masking",
        Sql(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET app.contact = %L', current_database(), '{email}'); END $$",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET app.contact', current_database()); END $$",
        ),
        "the database at \"DATABASE settings\"",
    ),
    (
        "a function after masking",
        Sql(
            "CREATE FUNCTION public.late() RETURNS text LANGUAGE sql AS $$ SELECT '{email}' $$",
            "DROP FUNCTION public.late()",
        ),
        "the database at \"FUNCTION late\"",
    ),
    (
        "a view after masking",
        Sql("CREATE VIEW public.late AS SELECT '{email}' AS t", "DROP VIEW public.late"),
        "the database at \"VIEW late\"",
    ),
    (
        "an index predicate after masking",
        Sql("CREATE INDEX late ON public.people (id) WHERE email = '{email}'", "DROP INDEX public.late"),
        "the database at \"INDEX late\"",
    ),
    (
        "a check constraint after masking",
        Sql(
            "ALTER TABLE public.nest ADD CONSTRAINT late CHECK (t <> '{email}')",
            "ALTER TABLE public.nest DROP CONSTRAINT late",
        ),
        "the database at \"TABLE nest\"",
    ),
    (
        "a policy after masking",
        Sql("CREATE POLICY late ON public.nest USING (t <> '{email}')", "DROP POLICY late ON public.nest"),
        "the database at \"POLICY nest late\"",
    ),
];

/// Rows that are lost or changed, and objects that came after masking: nobody's data need be in them.
pub(crate) const DISAGREEMENTS: &[Kind] = &[
    ("a row is lost", Sql("DELETE FROM public.nest WHERE id = 20", "INSERT INTO public.nest {row_20}"), "nest"),
    (
        "a row twice",
        Sql("INSERT INTO other.letters VALUES (21, 'redacted')", "DELETE FROM other.letters WHERE id = 21"),
        "other.letters",
    ),
    (
        "kept cells of two rows swapped",
        Sql(
            "UPDATE public.people SET plan = CASE plan WHEN 'plus' THEN 'basic' ELSE 'plus' END WHERE id IN (1, 2)",
            "UPDATE public.people SET plan = CASE plan WHEN 'plus' THEN 'basic' ELSE 'plus' END WHERE id IN (1, 2)",
        ),
        "people",
    ),
    (
        "masked cells of two rows swapped",
        Sql(
            "UPDATE public.people SET first_name = CASE id WHEN 1 THEN (SELECT first_name FROM public.people WHERE id = 2) ELSE (SELECT first_name FROM public.people WHERE id = 1) END WHERE id IN (1, 2)",
            "row",
        ),
        "people",
    ),
    ("another masked document in a row", Cell("public.nest", "j", 4, "'{\"harmless\": \"too\"}'"), "nest"),
    ("another masked cell in a row", Cell("public.nest", "a", 4, "'{harmless}'"), "nest"),
    ("a masked cell became NULL", Cell("public.nest", "t", 4, "NULL"), "nest.t"),
    ("an empty table more", Sql("CREATE TABLE public.empty_one (id int)", "DROP TABLE public.empty_one"), "empty_one"),
    (
        "an empty column more",
        Sql("ALTER TABLE public.nest ADD extra text", "ALTER TABLE public.nest DROP extra"),
        "nest.extra",
    ),
    (
        "a constraint is gone",
        Sql(
            "ALTER TABLE public.people DROP CONSTRAINT people_iban_key",
            "ALTER TABLE public.people ADD CONSTRAINT people_iban_key UNIQUE (iban)",
        ),
        "the database",
    ),
    ("a large object more", Sql("SELECT lo_from_bytea(4712, 'harmless')", "SELECT lo_unlink(4712)"), "the database"),
    ("other bytes in a large object", Sql("SELECT lo_put(4711, 0, 'some')", HARMLESS_LARGE), "the database"),
    (
        "another default",
        Sql("ALTER TABLE public.nest ALTER t SET DEFAULT 'harmless'", "ALTER TABLE public.nest ALTER t DROP DEFAULT"),
        "the database",
    ),
    (
        "another body of a function",
        Sql(
            "CREATE OR REPLACE FUNCTION public.greeting() RETURNS text LANGUAGE sql AS $$ SELECT 'still harmless' $$",
            "CREATE OR REPLACE FUNCTION public.greeting() RETURNS text LANGUAGE sql AS $$ SELECT 'harmless' $$",
        ),
        "the database",
    ),
    (
        "another text of a view",
        Sql(
            "CREATE OR REPLACE VIEW public.greetings AS SELECT 'still harmless' AS t",
            "CREATE OR REPLACE VIEW public.greetings AS SELECT 'harmless' AS t",
        ),
        "the database",
    ),
    (
        "another comment",
        Sql("COMMENT ON TABLE public.nest IS 'harmless'", "COMMENT ON TABLE public.nest IS NULL"),
        "the database",
    ),
    (
        "another condition of a policy",
        Sql(
            "ALTER POLICY certain ON public.nest USING (true)",
            "ALTER POLICY certain ON public.nest USING (t <> 'harmful')",
        ),
        "the database",
    ),
    (
        "another setting of the database",
        Sql(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET app.colour = blue', current_database()); END $$",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET app.colour', current_database()); END $$",
        ),
        "the database",
    ),
    (
        "a privilege before the release",
        Sql("GRANT SELECT ON public.people TO PUBLIC", "REVOKE SELECT ON public.people FROM PUBLIC"),
        "the database",
    ),
    (
        "a function more",
        Sql(
            "CREATE FUNCTION public.late() RETURNS text LANGUAGE sql AS $$ SELECT 'harmless' $$",
            "DROP FUNCTION public.late()",
        ),
        "the database",
    ),
    (
        "a policy more",
        Sql("CREATE POLICY late ON public.nest USING (t <> 'harmless')", "DROP POLICY late ON public.nest"),
        "the database",
    ),
];

/// In the schema of the source: the kind, and the object that is named.
pub(crate) const IN_SCHEMA: &[(&str, &str)] = &[
    ("in the comment on a table", "COMMENT TABLE people"),
    ("in the comment on a column", "COMMENT COLUMN nest.t"),
    ("in an index predicate", "INDEX index_predicate"),
    ("in an index expression", "INDEX index_expression"),
    ("in a function body", "FUNCTION function_body"),
    ("in the default of an argument", "FUNCTION function_defaulttext"),
    ("in a view definition", "VIEW view_text"),
    ("in the definition of a materialized view", "MATERIALIZED VIEW materialized_text"),
    ("in an enum label", "TYPE enum_label"),
    ("in the check of a domain", "DOMAIN domain_check"),
    ("in a partition bound", "TABLE ATTACH partition_bound"),
    ("in a default expression", "TABLE column_default"),
    ("in a check constraint", "TABLE check_constraint"),
    ("in a generated column", "TABLE generated_column"),
    ("in the name of a column", "TABLE column_name"),
    ("in a policy", "POLICY guarded policy_text"),
    ("in a trigger's arguments", "TRIGGER guarded trigger_argument"),
    ("in a trigger's condition", "TRIGGER guarded trigger_condition"),
    ("in a rule", "RULE guarded rule_text"),
    ("in extended statistics", "STATISTICS statistics_expression"),
];
