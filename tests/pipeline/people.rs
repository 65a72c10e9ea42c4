//! What belongs together in a row of a person still does after masking, and the gate opens on it.

use stagemask::rules::load;

use super::support;
use super::support::drop::refresh_of;

const PEOPLE: &str = r#"
CREATE TYPE sex AS ENUM ('kvinna', 'man');
CREATE TABLE people (
    id int PRIMARY KEY, sex sex, iso_sex int2, name text NOT NULL, given text, nickname varchar(40) UNIQUE, born date,
    born_at timestamptz, street varchar(60), code text, town text, country text, address text, employer text,
    homepage varchar(80) UNIQUE, mobile text, mail text UNIQUE, salutation text);
INSERT INTO people SELECT i, CASE WHEN i % 2 = 0 THEN 'kvinna' ELSE 'man' END::sex, 2 - i % 2,
    'Qwerin' || i || ' Zxcvby' || i, 'Qwerin' || i, CASE WHEN i % 3 = 0 THEN 'Qw' ELSE 'qw' END || i,
    date '1950-01-01' + i * 7, timestamptz '1950-01-01 23:00+00' + i * interval '7 days', 'Zxcvbygatan ' || i,
    lpad((10000 + i * 31 % 80000)::text, 5, '0'), 'Zxcvborg' || i % 90, CASE WHEN i % 5 = 0 THEN 'NO' ELSE 'Sverige' END,
    'Qwerin' || i || E' Zxcvby\nZxcvbygatan ' || i || E'\n123 45 Zxcvborg', 'Zxcvby' || i || ' Konsult AB',
    'https://zxcvby' || i || '.se/om/' || i, '070-2' || lpad(i::text, 2, '0') || ' 45 67 ankn. ' || i % 100,
    'qwerin.zxcvby' || i || '@zxcvborg.se', CASE WHEN i % 2 = 0 THEN 'Fru' ELSE 'Herr' END
    FROM generate_series(1, 900) i;
INSERT INTO people (id, name) VALUES (0, 'Qwerin Zxcvby');
"#;

const RULES: &str = r#"
version: 1
locale: sv_SE
tables:
  people:
    columns:
      name: { full_name: { gender: iso_sex } }
      given: { first_name: { gender: sex } }
      nickname: username
      born: { birth_date: { band: 10 } }
      born_at: birth_date
      street: { street_address: { country_from: country } }
      code: { postcode: { country_from: country } }
      town: { city: { with: code, country_from: country } }
      country: keep
      address: address
      employer: company
      homepage: url
      mobile: phone
      mail: { email: { from: [name] } }
      salutation: title
"#;

#[tokio::test]
async fn people_stay_consistent_unique_and_of_age_and_nothing_of_them_is_left() {
    let source = support::database("people_source").await;
    source.execute(PEOPLE).await;
    let staging = support::database("people_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "people_staging");
    refresh.refresh.rules =
        load::parse("people.yaml", RULES.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh.run().await.unwrap();
    for (what, sql, expected) in [
        ("rows", "SELECT count(*) FROM public.people", "901"),
        ("user names", "SELECT count(DISTINCT nickname) FROM public.people", "900"),
        ("URLs", "SELECT count(DISTINCT homepage) FROM public.people WHERE homepage ~ '^https://.*\\.example/'", "900"),
        (
            "given names of both",
            "SELECT count(*) FROM (SELECT given FROM public.people WHERE sex = 'man' INTERSECT \
             SELECT given FROM public.people WHERE sex = 'kvinna') both_have",
            "0",
        ),
        ("given names that agree", "SELECT count(*) FROM public.people WHERE split_part(name, ' ', 1) = given", "900"),
        (
            "towns that go with several codes, or the other way round",
            "SELECT count(DISTINCT (country, code, town)) - count(DISTINCT (country, code)) FROM public.people",
            "0",
        ),
        ("Norwegian codes", "SELECT count(*) FROM public.people WHERE country = 'NO' AND code ~ '^[0-9]{5}$'", "180"),
        (
            "lines",
            "SELECT count(*) FROM public.people WHERE address ~ '^[^\\n]+\\n[^\\n]+\\n[0-9]{3} [0-9]{2} [^\\n]+$'",
            "900",
        ),
        ("legal forms", "SELECT count(*) FROM public.people WHERE employer ~ ' AB$'", "900"),
        ("extensions", "SELECT count(*) FROM public.people WHERE mobile ~ ' ankn. [0-9]+$'", "900"),
        (
            "births",
            "SELECT count(*) FROM public.people WHERE extract(decade FROM born) = extract(decade FROM date '1950-01-01' + id * 7)",
            "900",
        ),
        ("titles", "SELECT count(*) FROM public.people WHERE salutation IN ('Frk', 'Frøken', 'Hr')", "900"),
        (
            "originals",
            "SELECT count(*) FROM public.people WHERE people::text ~* 'qwerin|zxcv' OR nickname ~* '^qw[0-9]+$'",
            "0",
        ),
    ] {
        assert_eq!(staging.query(sql).await, [Some(expected.to_owned())], "{what}");
    }
}
