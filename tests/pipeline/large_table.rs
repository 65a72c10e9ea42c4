//! A table that would keep one stream busy alone is shared by several, in ranges of its pages.

use std::sync::{Arc, Mutex};

use stagemask::pipeline;
use stagemask::progress::{Event, Progress, Stage};
use stagemask::rules::load;

use super::support;
use super::support::drop::refresh_of;

/// How often work on the table was begun, in each stage: once a range.
#[derive(Default)]
struct Ranges(Mutex<[usize; 2]>);

impl Progress for Ranges {
    fn event(&self, event: Event<'_>) {
        if let Event::TableStarted { stage, table: "people", .. } = event {
            self.0.lock().unwrap()[usize::from(stage == Stage::Verify)] += 1;
        }
    }
}

#[tokio::test]
async fn every_row_of_every_range_arrives_once_and_masked() {
    let source = support::database("ranges_source").await;
    source
        .execute(
            "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE, note text);
            INSERT INTO people SELECT i, 'kari.' || i || '@fjordpost.no', repeat('x', i % 300) FROM generate_series(1, 20000) i;
            DELETE FROM people WHERE id % 7 = 0;
            UPDATE people SET note = 'moved to the end' WHERE id % 11 = 0",
        )
        .await;
    let staging = support::database("ranges_staging").await;
    let mut refresh = refresh_of(source.endpoint(), "ranges_staging");
    let rules = "version: 1\ntables:\n  people: { columns: { email: email, note: keep } }\n";
    refresh.refresh.rules =
        load::parse("ranges.yaml", rules.as_bytes()).map_err(|invalid| format!("{invalid:?}")).unwrap();
    refresh.refresh.settings.jobs = 3;
    refresh.refresh.settings.cut_from = 64 << 10;
    let ranges = Arc::new(Ranges::default());
    let progress: Arc<dyn Progress> = Arc::<Ranges>::clone(&ranges);
    pipeline::refresh(&refresh.refresh, &progress).await.unwrap();

    assert_eq!(*ranges.0.lock().unwrap(), [12, 12], "three streams share twelve ranges");
    let kept =
        "SELECT count(*) || ' ' || sum(id) || ' ' || md5(string_agg(id || note, ',' ORDER BY id)) FROM public.people";
    assert_eq!(source.query(kept).await, staging.query(kept).await);
    let masked = "SELECT count(DISTINCT email) = count(*) AND bool_and(email LIKE '%@example.com') FROM public.people";
    assert_eq!(staging.query(masked).await, [Some("t".to_owned())]);
}
