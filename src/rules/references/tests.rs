use crate::rules::load;
use crate::rules::rule::Reference;

fn file(references: &str) -> String {
    format!("version: 1\ntables: {{}}\nreferences:\n{references}")
}

fn read(references: &str) -> Vec<Reference> {
    load::parse("", file(references).as_bytes()).unwrap_or_else(|invalid| panic!("{:?}", invalid.mistakes)).references
}

fn mistakes(references: &str) -> Vec<(usize, String, String)> {
    let invalid = load::parse("", file(references).as_bytes()).expect_err(references);
    let place = |mistake: &crate::rules::rule::Mistake| mistake.place.map_or(0, |place| place.line);
    invalid.mistakes.iter().map(|m| (place(m), m.what.clone(), m.help.clone().unwrap_or_default())).collect()
}

fn shown(reference: &Reference) -> String {
    let when = reference.when.as_ref().map(|when| format!(" when {}", when.sql)).unwrap_or_default();
    let path = reference.path.as_deref().unwrap_or_default();
    let Reference { table, column, to_table, to_column, .. } = reference;
    format!("{table} {column} {path} > {to_table} {to_column}{when}")
}

#[test]
fn every_form_is_read() {
    let references = read(
        r#"  - audit_log.user_email -> users.email
  - "orders.user_ids[*]->support.\"odd -> name\".id"
  - { from: comments.subject_id, to: users.id, when: "subject_type = 'User'" }
  - from: audit_log.details
    path: $['user'].email
    to: users.email
  - { from: orders.details, path: "[*]", to: '"v1.users"."e.mail"' }
"#,
    );
    let shown: Vec<String> = references.iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            "audit_log user_email  > users email",
            "orders user_ids [*] > support.odd -> name id",
            "comments subject_id  > users id when subject_type = 'User'",
            "audit_log details $.user.email > users email",
            "orders details [*] > \"v1.users\" e.mail",
        ]
    );
    assert_eq!((references[0].place.line, references[0].place.column), (4, 5));
}

#[test]
fn each_mistake_has_its_line_and_says_what_to_write() {
    for (text, what, help) in [
        ("  - users.email", "has no `->`", "audit_log.user_email -> users.email"),
        ("  - email -> users.email", "names no column", "table.column"),
        ("  - a.b.c.d -> users.email", "has more than", "double quotes"),
        ("  - a.b -> users.ids[*]", "elements of an array", "alone"),
        ("  - a.b -> a.b", "refers to itself", "another"),
        ("  - { form: a.b, to: c.d }", "unknown key `form`", "did you mean `from`?"),
        ("  - { from: a.b }", "needs `to`", "write it as in"),
        ("  - { from: a.b, to: [c.d] }", "`to` has to be a text", "as in"),
        ("  - { from: a.b, to: c.d, path: user.email }", "`user.email` is not a path", "begin with `$`"),
        ("  - { from: \"a.b[*]\", to: c.d, path: $.x }", "either `[*]` or a `path`", "into the path"),
        ("  - { from: a.b, to: c.d, path: $.x, when: 'true' }", "can't have `when`", "leave"),
        ("  - { from: a.b, type: t, to: c.d }", "to what each type refers", "to: { User: users.id"),
        ("  - { from: a.b, to: { User: c.d } }", "needs `type`", "subject_type"),
        ("  - { from: a.b, type: t }", "needs `to`", "write it as in"),
        ("  - { type: t, to: { User: c.d } }", "needs `from`", "write it as in"),
        ("  - { from: a.b, type: t, to: { User: c.d }, when: 'x' }", "can't have `when`", "leave"),
        ("  - { from: \"a.b[*]\", type: t, to: { User: c.d } }", "can't have `when`", "leave"),
        ("  - { from: a.b, type: t, to: { User: [c.d] } }", "`User` has to be a text", "as in"),
        ("  - { from: a.b, type: t, to: { User: users } }", "names no column", "table.column"),
        ("  - { from: a.b, typ: t, to: { User: c.d } }", "unknown key `typ`", "did you mean `type`?"),
        ("  -", "a reference is missing", "users.email"),
        ("  a.b: c.d", "has to be a list", "begin each with `-`"),
        ("", "names none", "remove"),
    ] {
        let found = mistakes(text);
        let line = if text.is_empty() { 3 } else { 4 };
        assert!(
            found.iter().any(|(at, w, h)| *at == line && w.contains(what) && h.contains(help)),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn a_pair_of_type_and_id_is_one_reference_for_each_type() {
    let references = read(
        r#"  - from: comments.commentable_id
    type: commentable_type
    to:
      User: users.id
      Blog::Post: blog.posts.id
      "O'Hara": pages."the slug"
  - { from: comments.about, type: 'the "type"', to: { '1': comments.id } }
"#,
    );
    let shown: Vec<String> = references.iter().map(shown).collect();
    assert_eq!(
        shown,
        [
            r#"comments commentable_id  > users id when "commentable_type" = 'User'"#,
            r#"comments commentable_id  > blog.posts id when "commentable_type" = 'Blog::Post'"#,
            r#"comments commentable_id  > pages the slug when "commentable_type" = 'O''Hara'"#,
            r#"comments about  > comments id when "the ""type""" = '1'"#,
        ]
    );
    assert_eq!(references.iter().map(|one| one.place.line).collect::<Vec<_>>(), [7, 8, 9, 10]);
}

#[test]
fn one_that_is_there_twice_is_found_however_it_is_written() {
    let twice = mistakes("  - { from: a.b, path: $.x, to: c.d }\n  - { from: a.b, path: \"$['x']\", to: public.c.d }");
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert_eq!((twice[0].0, twice[0].1.as_str()), (5, "the reference is there twice"));
    assert_eq!(read("  - { from: a.b, to: c.d, when: x }\n  - { from: a.b, to: c.d, when: y }").len(), 2);
}
