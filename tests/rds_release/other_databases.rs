//! A snapshot is of a whole server: what else is on it is asked for before masking, and gone after it.

use stagemask::database::{Remedy, ResidueKind};
use stagemask::release::rds::request::OtherDatabases;
use stagemask::release::rds::{after_masking, before_masking};

use crate::rds_like::RdsLike;

const MASKED: &str = "shop__incoming_x";
const OF_RUN: [&str; 2] = ["shop", MASKED];

async fn with_another() -> RdsLike {
    let like = RdsLike::start().await;
    for name in ["shop", MASKED, "reports"] {
        like.as_master("postgres", &format!("CREATE DATABASE {name}")).await;
    }
    like.as_master("postgres", "COMMENT ON DATABASE shop IS 'kept'").await;
    like
}

#[tokio::test]
async fn other_databases_stop_the_run_before_a_row_moves() {
    let like = with_another().await;
    let error = before_masking(&like.master("shop"), &OF_RUN, OtherDatabases::Refuse).await.unwrap_err();
    assert!(error.what().contains("database reports"), "{error}");
    assert!(like.lets_in("drop_admin", "master", "reports").await);
}

#[tokio::test]
async fn other_databases_are_dropped_after_masking_where_that_is_asked_for() {
    let like = with_another().await;
    let server = like.master("shop");
    let before = before_masking(&server, &OF_RUN, OtherDatabases::Drop).await.unwrap();
    assert_eq!(before.with(Remedy::Drop).count(), 1);
    assert!(
        like.lets_in("drop_admin", "master", "reports").await,
        "nothing is dropped before the masked data is verified"
    );
    let emptied = after_masking(&server, MASKED, OtherDatabases::Drop).await.unwrap();
    let dropped: Vec<_> = emptied.dropped().iter().map(|item| (item.kind, item.name.as_str())).collect();
    assert_eq!(dropped, [(ResidueKind::Database, "reports"), (ResidueKind::Database, "shop")]);
    for raw in ["reports", "shop"] {
        assert!(!like.lets_in("drop_admin", "master", raw).await, "{raw}");
    }
    assert!(like.lets_in("drop_admin", "master", MASKED).await);
    let again = after_masking(&server, MASKED, OtherDatabases::Drop).await.unwrap();
    assert!(again.dropped().is_empty());
}

#[tokio::test]
async fn the_raw_database_itself_may_not_stay_either() {
    let like = with_another().await;
    like.as_master("postgres", "DROP DATABASE reports").await;
    let error = after_masking(&like.master("shop"), MASKED, OtherDatabases::Refuse).await.unwrap_err();
    assert!(error.what().contains("database shop ("), "{error}");
    like.as_master("postgres", "DROP DATABASE shop").await;
    after_masking(&like.master(MASKED), MASKED, OtherDatabases::Refuse).await.unwrap();
}

#[tokio::test]
async fn a_database_that_turned_up_meanwhile_is_not_released_with_the_others() {
    let like = with_another().await;
    let error = after_masking(&like.master("shop"), MASKED, OtherDatabases::Refuse).await.unwrap_err();
    assert!(error.what().contains("database reports"), "{error}");
}
