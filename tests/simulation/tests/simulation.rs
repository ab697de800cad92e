//! The simulator finds what it is made for: histories hold the laws, can be repeated, and each planted bug is found.

use aev_simulation::bug::Bug;
use aev_simulation::fault::Coverage;
use aev_simulation::history::{Options, Report, STEPS, run};
use aev_simulation::sim::Law;

/// Seeds within which a planted bug must be found.
const SEEDS: u64 = 60;

fn history(seed: u64, bug: Option<Bug>) -> Result<Report, String> {
    run(Options { seed, steps: STEPS, bug, show: false })
}

#[test]
fn the_laws_hold() {
    let mut coverage = Coverage::default();
    for seed in 0..12 {
        let report = history(seed, None).unwrap();
        assert_eq!(report.violation, None, "see it again with: cargo xtask simulate --seed {seed}");
        assert!(report.coverage.steps >= 200 && report.coverage.faults >= 5);
        coverage.add(&report.coverage);
    }
    println!("{}", coverage.table());
}

#[test]
fn a_seed_gives_the_same_history_every_time() {
    for seed in [1, 7, 19] {
        let (first, second) = (history(seed, None).unwrap(), history(seed, None).unwrap());
        assert_eq!((first.hash, &first.coverage), (second.hash, &second.coverage), "seed {seed}");
        assert_ne!(first.hash, history(seed + 1, None).unwrap().hash);
    }
}

/// The seed that found it, and the law that it broke there.
fn found(bug: Bug) -> Result<(u64, Law), String> {
    for seed in 0..SEEDS {
        if let Some((_, violation)) = history(seed, Some(bug))?.violation {
            return Ok((seed, violation.law));
        }
    }
    Err(format!("{bug:?} was not found within {SEEDS} seeds"))
}

macro_rules! planted {
    ($($name:ident: $($bug:ident),+;)+) => {
        $(#[test]
        fn $name() {
            for bug in [$(Bug::$bug),+] {
                let (seed, law) = found(bug).unwrap();
                assert!(bug.breaks().contains(&law), "{bug:?} was taken for a breach of {law:?}");
                println!("{bug:?} was found with seed {seed}: {law:?}");
            }
        })+

        #[test]
        fn every_bug_is_planted() {
            let planted = [$($(Bug::$bug),+),+];
            assert!(Bug::ALL.iter().all(|bug| planted.contains(bug)));
        }
    };
}

planted! {
    what_loses_events_is_found: AcknowledgesFirst, ForgetsRecords, DropsDeadLetters, SkipsRedelivery;
    what_repeats_effects_is_found: RepeatsDone, RenamesRepetitions, InsistsOnUnknown;
    what_joins_wrongly_is_found: JoinsTooEarly, ReturnsOldRecords;
    what_grows_without_bound_is_found: HandsOutTooMany, GrowsRecords, ActsWithoutLimit;
    what_hides_that_it_is_stuck_is_found: HidesStall, HidesOutage;
    what_outruns_a_rate_is_found: OutrunsRate;
    what_forgets_or_hides_what_a_join_keeps_is_found: ForgetsResets, ForgetsKept;
    what_loses_or_renumbers_a_replay_is_found: ClaimsReplay, RenumbersReplay;
    what_loses_a_dead_letter_that_is_tried_again_is_found: DropsLetterFirst;
    what_reloads_wrongly_is_found: KeepsOldFilter, LosesPlaceOnRename;
}
