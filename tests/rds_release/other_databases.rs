//! A snapshot is of a whole server: what else is on it is asked for before masking, and gone after it.

use stagemask::database::{Remedy, ResidueKind};
use stagemask::release::rds::request::OtherDatabases;
use stagemask::release::rds::{after_masking, before_masking};

use crate::rds_like::RdsLike;

const OF_RUN: [&str; 2] = ["shop", "shop__incoming_x"];

async fn with_another() -> RdsLike {
    let like = RdsLike::start().await;
    for name in ["shop", "shop__incoming_x", "reports"] {
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
    let dropped = after_masking(&server, &OF_RUN, OtherDatabases::Drop).await.unwrap();
    assert_eq!((dropped.len(), dropped[0].kind, dropped[0].name.as_str()), (1, ResidueKind::Database, "reports"));
    assert!(!like.lets_in("drop_admin", "master", "reports").await);
    assert!(like.lets_in("drop_admin", "master", "shop").await);
}

#[tokio::test]
async fn a_database_that_turned_up_meanwhile_is_not_released_with_the_others() {
    let like = with_another().await;
    let error = after_masking(&like.master("shop"), &OF_RUN, OtherDatabases::Refuse).await.unwrap_err();
    assert!(error.what().contains("database reports"), "{error}");
}
