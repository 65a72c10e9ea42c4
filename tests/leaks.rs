//! A verifier is trusted for what it finds. Here a leak of each kind is planted in a closed, masked database, between masking
//! and verifying, and verification has to refuse it and to name its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod support;

#[path = "leaks/changes.rs"]
mod changes;
#[path = "leaks/doc.rs"]
mod doc;
#[path = "leaks/kinds.rs"]
mod kinds;
#[path = "leaks/misses.rs"]
mod misses;
#[path = "leaks/world.rs"]
mod world;

use changes::{DISAGREEMENTS, IN_SCHEMA, IN_TARGET};
use kinds::LEAKS;
use misses::KNOWN_MISSES;
use stagemask::error::ErrorKind;
use stagemask::verify::findings::{Finding, Question};
use world::{Answer, World};

/// What is wrong with an answer, if something is.
fn miss(answer: &Answer, place: &str, kinds: &[ErrorKind], questions: &[Question]) -> Option<String> {
    let at = |finding: &&Finding| finding.place.to_string() == place && questions.contains(&finding.question);
    match answer.kind {
        None => Some("verification passes".to_owned()),
        Some(kind) if !kinds.contains(&kind) => Some(format!("refused as {}: {:?}", kind.word(), answer.places())),
        _ if !answer.blocking.iter().any(|finding| at(&finding)) => {
            Some(format!("{place} isn't named, but {:?}", answer.places()))
        }
        _ => None,
    }
}

#[tokio::test]
async fn every_leak_that_is_planted_after_masking_is_found_at_its_place() {
    let world = World::new("leaks_", None).await.mask().await.unwrap();
    assert_eq!(world.verify().await.places(), [""; 0], "before anything is planted");
    let mut missed = Vec::new();
    for (kind, plant, place) in LEAKS {
        let answer = world.with(plant).await;
        let wrong = miss(&answer, place, &[ErrorKind::Findings], &[Question::Leak, Question::Detector]);
        missed.extend(wrong.map(|wrong| format!("{kind}: {wrong}")));
    }
    for (kind, plant, place) in IN_TARGET {
        let answer = world.with(plant).await;
        let wrong = miss(&answer, place, &[ErrorKind::Findings], &[Question::Metadata]);
        missed.extend(wrong.map(|wrong| format!("{kind}: {wrong}")));
    }
    for (kind, plant, place) in DISAGREEMENTS {
        let answer = world.with(plant).await;
        let kinds = [ErrorKind::Integrity, ErrorKind::Coverage];
        let wrong = miss(&answer, place, &kinds, &[Question::Integrity, Question::Coverage]);
        missed.extend(wrong.map(|wrong| format!("{kind}: {wrong}")));
    }
    for (kind, plant, _) in KNOWN_MISSES {
        let answer = world.with(plant).await;
        // Any write to a masked cell shows, but that isn't to know it for what it is.
        let known =
            |finding: &Finding| matches!(finding.question, Question::Leak | Question::Detector | Question::Metadata);
        let found = answer.blocking.iter().any(known);
        let found =
            found.then(|| format!("{kind}: is found now, so it belongs to the other table: {:?}", answer.places()));
        missed.extend(found);
    }
    assert_eq!(world.verify().await.places(), [""; 0], "after all is taken away again");
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

/// The objects that `text` doesn't name.
fn unnamed(text: &str) -> Vec<&'static str> {
    IN_SCHEMA
        .iter()
        .map(|(_, object)| *object)
        .filter(|object| !text.lines().any(|line| line.contains(object)))
        .collect()
}

#[tokio::test]
async fn what_a_detector_knows_in_the_schema_of_the_source_is_refused_before_masking() {
    let world = World::new("detected_", Some("{email}")).await;
    let error = world.mask().await.map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Findings, "{error}");
    assert_eq!(unnamed(&error.to_string()), [""; 0], "{error}");
}

#[tokio::test]
async fn an_original_in_the_schema_of_the_source_is_found_at_its_object() {
    let masked = World::new("named_", Some("{first_name} {last_name}")).await.mask().await.unwrap();
    let answer = masked.verify().await;
    assert_eq!(answer.kind, Some(ErrorKind::Findings));
    assert_eq!(unnamed(&answer.places().join("\n")), [""; 0]);
}

#[test]
fn there_are_more_than_a_hundred_kinds_and_each_has_its_own_name() {
    let mut names: Vec<&str> = doc::all_kinds();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count > 100, "{count}");
}
