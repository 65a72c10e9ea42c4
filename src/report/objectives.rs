//! Objectives in words: what was asked for, what was measured, and by how much one was missed.

use std::time::Duration;

use super::figures::{age, duration};
use crate::run_record::{Measured, ObjectivesRecord};

/// `1 h 02 min (objective 2 h 00 min, met)`.
pub fn in_words(measured: Measured) -> String {
    let took = measured.measured_seconds.map_or_else(|| "not reached".to_owned(), time);
    match (measured.objective_seconds.map(time), measured.met()) {
        (None, _) => took,
        (Some(objective), None) => format!("{took} (objective {objective})"),
        (Some(objective), Some(true)) => format!("{took} (objective {objective}, met)"),
        (Some(objective), Some(false)) => format!("{took} (objective {objective}, **missed**)"),
    }
}

/// By how much each objective was missed: `12 min 00 s over the RTO of 2 h 00 min`. Empty if none was.
pub fn missed(objectives: &ObjectivesRecord) -> Vec<String> {
    let over = |name: &str, measured: Measured| {
        let (over, objective) = measured.over().zip(measured.objective_seconds)?;
        Some(format!("{} over the {name} of {}", time(over), time(objective)))
    };
    [over("RTO", objectives.rto), over("RPO", objectives.rpo)].into_iter().flatten().collect()
}

fn time(seconds: f64) -> String {
    // What isn't a duration must not stop the report.
    let time = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    if time.as_millis() < 100 || time.subsec_millis() > 0 { duration(time) } else { age(time.as_secs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(objective: Option<f64>, measured: Option<f64>) -> Measured {
        Measured { objective_seconds: objective, measured_seconds: measured }
    }

    #[test]
    fn a_missed_objective_says_by_how_much() {
        let objectives =
            ObjectivesRecord { rto: of(Some(7200.0), Some(7920.0)), rpo: of(Some(86_400.0), Some(93_600.0)) };
        assert_eq!(
            missed(&objectives),
            ["12 min 00 s over the RTO of 2 h 00 min", "2 h 00 min over the RPO of 1 d 00 h"]
        );
        assert_eq!(in_words(objectives.rto), "2 h 12 min (objective 2 h 00 min, **missed**)");
    }

    #[test]
    fn what_is_just_met_is_not_missed() {
        let objectives = ObjectivesRecord { rto: of(Some(5.0), Some(5.0)), rpo: of(None, Some(3.0)) };
        assert!(missed(&objectives).is_empty());
        assert_eq!(in_words(objectives.rto), "5 s (objective 5 s, met)");
        assert_eq!(in_words(objectives.rpo), "3 s");
        assert_eq!(in_words(of(Some(5.0), None)), "not reached (objective 5 s)");
    }
}
