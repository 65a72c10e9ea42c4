//! Pairs of type and id: to which table the id refers depends on the row.

use stagemask::error::ErrorKind;
use stagemask::pipeline;

use super::{one, refreshed, rules};
use crate::support::{self, TestDatabase};

/// What is commented on has keys of three kinds; `commentable_id` holds each as text. Of 400 comments every fifth is on what
/// isn't there, some are of a type that no rule names, some of none. `likes` has ids of one type for two tables, and may be
/// given once by each person.
const SQL: &str = "
CREATE TABLE posts (id bigint PRIMARY KEY, body text);
INSERT INTO posts SELECT i * 1000003, 'x' FROM generate_series(1, 80) i;
CREATE TABLE users (id uuid PRIMARY KEY, email text);
INSERT INTO users SELECT md5(i::text)::uuid, 'kari.' || i || '@fjordpost.no' FROM generate_series(1, 80) i;
CREATE TABLE pages (slug varchar(60) PRIMARY KEY);
INSERT INTO pages SELECT 'about-kari-' || i FROM generate_series(1, 80) i;
CREATE TABLE photos (id bigint PRIMARY KEY);
INSERT INTO photos TABLE posts_ids;
CREATE TABLE comments (id int PRIMARY KEY, commentable_type text, commentable_id text, body text);
INSERT INTO comments SELECT i, (ARRAY['Post', 'User', 'Blog::Page', 'Comment', 'Gone', NULL])[i % 6 + 1],
    CASE i % 6 WHEN 0 THEN ((i % 100 + 1) * 1000003)::text WHEN 1 THEN (md5((i % 100 + 1)::text)::uuid)::text
        WHEN 2 THEN 'about-kari-' || i % 100 + 1 WHEN 3 THEN (i - 3)::text WHEN 4 THEN 'gone ' || i ELSE NULL END, 'x'
    FROM generate_series(1, 400) i;
CREATE TABLE likes (person int, likeable_type text, likeable_id bigint, UNIQUE (person, likeable_type, likeable_id));
INSERT INTO likes SELECT p, t, i * 1000003 FROM generate_series(1, 5) p, unnest(ARRAY['Post', 'Photo']) t, generate_series(1, 100) i;
INSERT INTO likes VALUES (9, NULL, 1000003), (9, 'Planet', 1000003), (9, 'Post', NULL);
";

fn sql() -> String {
    SQL.replace("TABLE posts_ids", "SELECT id FROM posts")
}

const RULES: &str = "
tables:
  posts: { columns: { id: key, body: redact } }
  users: { columns: { id: uuid, email: email } }
  pages: { columns: { slug: token } }
  photos: { columns: { id: { key: {}, domain: photos } } }
  comments: { columns: { commentable_type: keep, commentable_id: redact, body: free_text } }
  likes: { columns: { likeable_type: keep } }
references:
  - from: comments.commentable_id
    type: commentable_type
    to: { Post: posts.id, User: users.id, 'Blog::Page': pages.slug, Comment: comments.id }
  - from: likes.likeable_id
    type: likeable_type
    to: { Post: posts.id, Photo: photos.id }
";

const JOINS: &[&str] = &[
    "comments c JOIN posts t ON c.commentable_type = 'Post' AND c.commentable_id = t.id::text",
    "comments c JOIN users t ON c.commentable_type = 'User' AND c.commentable_id = t.id::text",
    "comments c JOIN pages t ON c.commentable_type = 'Blog::Page' AND c.commentable_id = t.slug",
    "comments c JOIN comments t ON c.commentable_type = 'Comment' AND c.commentable_id = t.id::text",
    "likes l JOIN posts t ON l.likeable_type = 'Post' AND l.likeable_id = t.id",
    "likes l JOIN photos t ON l.likeable_type = 'Photo' AND l.likeable_id = t.id",
];

async fn joined(database: &TestDatabase) -> Vec<String> {
    let mut counts = Vec::new();
    for join in JOINS {
        counts.push(one(database, &format!("SET search_path = public, pg_catalog; SELECT count(*) FROM {join}")).await);
    }
    counts
}

#[tokio::test]
async fn what_is_commented_on_is_the_same_whatever_its_type() {
    let (source, staging, outcome, _) = refreshed("pairs", &sql(), RULES).await;
    let before = joined(&source).await;
    assert!(before.iter().all(|count| count.parse::<u32>().unwrap() >= 50), "{before:?}");
    assert_eq!(before, joined(&staging).await);
    let proof = outcome.proof.unwrap();
    let counted: Vec<(String, String)> =
        proof.joins.iter().map(|join| (join.before.to_string(), join.after.to_string())).collect();
    assert_eq!(counted, before.iter().map(|count| (count.clone(), count.clone())).collect::<Vec<_>>());
    assert_eq!(proof.joins[0].from, "comments.commentable_id in some rows");
    assert_eq!(proof.joins[3].to, "comments.id");

    // No key is what it was, and those of the two tables with equal keys differ.
    let same = "SELECT count(*) FROM public.posts WHERE id % 1000003 = 0";
    assert_eq!(one(&staging, same).await, "0");
    let both = "SELECT count(*) FROM public.posts JOIN public.photos USING (id)";
    assert_eq!((one(&source, both).await.as_str(), one(&staging, both).await.as_str()), ("80", "0"));
    let text = "SELECT count(*) FROM public.comments WHERE commentable_id LIKE '%kari%' OR commentable_id LIKE 'gone%'";
    assert_eq!(one(&staging, text).await, "0");
}

#[tokio::test]
async fn the_rule_of_the_column_decides_where_no_type_does() {
    let (_, staging, ..) = refreshed("untyped", &sql(), RULES).await;
    let gone = "SELECT string_agg(DISTINCT commentable_id, ' ') FROM public.comments WHERE commentable_type = 'Gone'";
    assert_eq!(one(&staging, gone).await, "redacted");
    let none = "SELECT count(*) FROM public.comments WHERE commentable_type IS NULL AND commentable_id IS NULL";
    assert_eq!(one(&staging, none).await, "66");
    // A number without a rule is kept, and NULL stays NULL.
    let kept = "SELECT string_agg(coalesce(likeable_type, '-') || ' ' || coalesce(likeable_id::text, '-'), ', ' ORDER BY \
        likeable_type) FROM public.likes WHERE person = 9";
    assert_eq!(one(&staging, kept).await, "Planet 1000003, Post -, - 1000003");
    assert_eq!(one(&staging, "SELECT count(*) FROM public.likes WHERE person < 9").await, "1000");
}

async fn refusal(name: &str, text: &str) -> stagemask::error::Error {
    let source = support::database(name).await;
    source.execute(&sql()).await;
    pipeline::plan(source.endpoint(), &rules(text)).await.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn pairs_that_cannot_be_are_refused_before_a_row_moves() {
    let error = refusal(
        "pairs_refused",
        "tables:
  posts: { columns: { id: key, body: redact } }
  users: { columns: { id: uuid, email: email } }
  pages: { columns: { slug: [{ when: \"slug = 'x'\", then: keep }, token] } }
  photos: { columns: { id: key } }
  comments: { columns: { commentable_type: token, commentable_id: redact, body: free_text } }
  likes: { columns: { likeable_type: keep } }
references:
  - { from: comments.commentable_id, type: commentable_type, to: { Post: post.id, User: users.key, Page: pages.slug } }
  - { from: likes.likeable_id, type: likeable_type, to: { User: users.id, Post: posts.id } }
  - { from: likes.person, type: likable_type, to: { Post: posts.id } }
",
    )
    .await;
    assert_eq!(error.kind(), ErrorKind::Coverage);
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn what_has_to_be_distinct_is_told_apart_by_the_type_or_refused() {
    let of = |unique: &str| {
        format!(
            "CREATE TABLE posts (id bigint PRIMARY KEY); CREATE TABLE photos (id bigint PRIMARY KEY);
             CREATE TABLE likes (kind text, id bigint, person int, UNIQUE ({unique}))"
        )
    };
    let text = "tables:
  posts: { columns: { id: key } }
  photos: { columns: { id: key } }
  likes: { columns: { kind: keep } }
references:
  - { from: likes.id, type: kind, to: { Post: posts.id, Photo: photos.id } }
";
    for (unique, is_refused) in [("kind, id", false), ("person, id, kind", false), ("id", true), ("person, id", true)] {
        let source = support::database(&format!("pairs_unique_{}", unique.replace(", ", "_"))).await;
        source.execute(&of(unique)).await;
        let planned = pipeline::plan(source.endpoint(), &rules(text)).await.map(|_| ());
        assert_eq!(planned.is_err(), is_refused, "{unique}: {planned:?}");
        if let Err(error) = planned {
            assert!(error.to_string().contains("likes.id has to be unique"), "{error}");
        }
    }
}

#[tokio::test]
async fn rows_that_stay_unmasked_are_not_referred_to_by_masked_keys() {
    let error = refusal("pairs_unless", &RULES.replace("comments: {", "comments: { unless: 'id < 3',")).await;
    let what = "whether comments.commentable_id is masked depends on the row, and comments refers to posts by it";
    assert!(error.to_string().contains(what), "{error}");
}
