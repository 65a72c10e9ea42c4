//! A new instance to mask into, and where staging is.

use std::collections::BTreeMap;

use stagemask::aws::rds::{StagingKind, created_name, describe_staging};
use stagemask::release::rds::request::Shape;
use stagemask::release::rds::{NewInstance, create};
use stagemask::restore::rds::request::Quarantine;

use crate::aws::Aws;
use crate::world::{QUARANTINE_GROUP, World, groups, security_groups, tag};

fn quarantine() -> Quarantine {
    Quarantine {
        security_groups: vec![QUARANTINE_GROUP.to_owned()],
        subnet_group: "private".to_owned(),
        parameter_group: "quarantine-pg16".to_owned(),
        instance_class: None,
        backup_role: None,
        tags: BTreeMap::new(),
        expires_after_hours: 12,
    }
}

async fn subnets(aws: &Aws) {
    let call = aws.account.rds().create_db_subnet_group().db_subnet_group_name("private");
    let call = call.db_subnet_group_description("private").set_subnet_ids(Some(aws.subnets().await));
    call.send().await.unwrap();
}

#[tokio::test]
async fn staging_is_found_whether_it_is_an_instance_or_a_cluster() {
    let aws = Aws::in_region("ap-southeast-3").await;
    groups(&aws).await;
    let _world = World::with(&aws, "drop-staging").await;
    let found = describe_staging(&aws.account, "drop-staging").await.unwrap().unwrap();
    assert_eq!((found.kind, found.port, found.engine_version.as_str()), (StagingKind::Instance, 5432, "16.4"));
    found.refuse_renaming().unwrap();
    let call = aws.account.rds().create_db_cluster().db_cluster_identifier("drop-cluster").engine("aurora-postgresql");
    let call = call.master_username("drop_admin").master_user_password("not-a-real-one");
    call.send().await.unwrap();
    let found = describe_staging(&aws.account, "drop-cluster").await.unwrap().unwrap();
    assert_eq!((found.kind, found.engine.as_str()), (StagingKind::Cluster, "aurora-postgresql"));
    assert!(!found.address.is_empty() && !found.resource_id.is_empty());
    assert!(found.refuse_renaming().unwrap_err().to_string().contains("is a cluster"));
    assert_eq!(describe_staging(&aws.account, "nowhere").await.unwrap(), None);
}

#[tokio::test]
async fn a_new_instance_comes_up_as_closed_as_the_quarantine() {
    let aws = Aws::in_region("ca-west-1").await;
    groups(&aws).await;
    subnets(&aws).await;
    let world = World::with(&aws, "drop-staging").await;
    let like = describe_staging(&aws.account, &world.incoming).await.unwrap().unwrap();
    let (run, shape, quarantine) = (&world.run, &Shape { storage_gib: Some(50), ..Shape::default() }, &quarantine());
    let what = NewInstance { run, like: &like, shape, quarantine, user: "stagemask" };
    let first = create(world.site(), what).await.unwrap();
    let second = create(world.site(), what).await.unwrap();
    assert_eq!((first.id.as_str(), &first.id), (created_name(run).as_str(), &second.id));
    assert_ne!(first.password.expose(), second.password.expose());
    assert!(!format!("{first:?}").contains(first.password.expose()));
    let found = world.find(&first.id).await.unwrap();
    assert_eq!(found.publicly_accessible(), Some(false));
    assert_eq!(found.backup_retention_period(), Some(0));
    assert_eq!(found.allocated_storage(), Some(50));
    assert_eq!(found.engine_version(), Some("16.4"));
    assert_eq!(security_groups(&found), [QUARANTINE_GROUP]);
    assert_eq!(tag(&found, "stagemask:state"), Some("quarantined"));
    assert_eq!(world.left().await.len(), 2);
}
