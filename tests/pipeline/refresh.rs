//! One refresh, from production to staging.

use super::support::drop::{production, refresh_of};

#[tokio::test]
async fn drop_is_refreshed() {
    let source = production("refresh_source").await;
    let r = refresh_of(source.endpoint(), "refresh_staging");
    let outcome = r.run().await;
    let e = outcome.map(|_| ()).unwrap_err();
    println!("{}", e);
    let runs = std::fs::read_dir(r.state.path().join("runs")).unwrap();
    for run in runs {
        let p = run.unwrap().path();
        std::fs::copy(p.join("proof.json"), "/tmp/proof.json").ok();
    }
    panic!();
}
