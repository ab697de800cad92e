//! `cargo xtask simulate`: histories from seeds for a while, or one of them again.

use aev_simulation::fault::Coverage;
use aev_simulation::history::{Options, STEPS, run};
use aev_simulation::trace::print;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const USAGE: &str = "\
Usage: cargo xtask simulate [--seconds N] [--histories N] [--from SEED] | --seed SEED [--steps N]

  --seconds N    run histories for so long, and fail when a law is broken; 5 unless said
  --histories N  and at most so many
  --from SEED    the first seed; each history takes the next one
  --complete     fail also when a crash has not met every effect on both sides
  --seed SEED    run this one history, and print everything that happens
  --steps N      steps of each history; 200 unless said";

#[derive(Default)]
struct Arguments {
    seed: Option<u64>,
    steps: Option<u64>,
    seconds: Option<u64>,
    histories: Option<u64>,
    from: u64,
    complete: bool,
}

fn main() -> ExitCode {
    let arguments = match read() {
        Ok(arguments) => arguments,
        Err(error) => {
            print(&format!("{error}\n\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    let steps = arguments.steps.unwrap_or(STEPS);
    let outcome = match arguments.seed {
        Some(seed) => one(seed, steps),
        None => many(&arguments, steps),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(&error);
            ExitCode::FAILURE
        }
    }
}

fn read() -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            let given = words.next().ok_or(format!("`{word}` needs a number"))?;
            given.parse().map_err(|_| format!("`{given}` is no number"))
        };
        match word.as_str() {
            "--seed" => arguments.seed = Some(number()?),
            "--steps" => arguments.steps = Some(number()?),
            "--seconds" => arguments.seconds = Some(number()?),
            "--histories" => arguments.histories = Some(number()?),
            "--from" => arguments.from = number()?,
            "--complete" => arguments.complete = true,
            _ => return Err(format!("`{word}` is not known")),
        }
    }
    Ok(arguments)
}

fn one(seed: u64, steps: u64) -> Result<(), String> {
    let report = run(Options { seed, steps, bug: None, show: true })?;
    print(&format!("hash {:016x}", report.hash));
    match report.violation {
        Some((step, violation)) => {
            Err(format!("step {step} breaks the law {:?}: {}", violation.law, violation.what))
        }
        None => Ok(()),
    }
}

fn many(arguments: &Arguments, steps: u64) -> Result<(), String> {
    let (began, limit) = (Instant::now(), Duration::from_secs(arguments.seconds.unwrap_or(5)));
    let mut coverage = Coverage::default();
    let mut seed = arguments.from;
    let upto = arguments.histories.map_or(u64::MAX, |histories| seed.saturating_add(histories));
    while began.elapsed() < limit && seed < upto {
        let report = run(Options { seed, steps, bug: None, show: false })?;
        coverage.add(&report.coverage);
        if let Some((step, violation)) = report.violation {
            return Err(format!(
                "step {step} of the history of seed {seed} breaks the law {:?}: {}\nsee it again with: cargo xtask simulate --seed {seed} --steps {steps}",
                violation.law, violation.what
            ));
        }
        seed += 1;
    }
    let seconds = began.elapsed().as_secs_f64();
    let (histories, faults) = (coverage.histories, coverage.faults);
    print(&coverage.table());
    print(&format!(
        "{histories} histories, {} steps, {faults} faults in {seconds:.1} s ({:.0} histories a second)",
        coverage.steps,
        histories as f64 / seconds
    ));
    match coverage.missing().as_slice() {
        missing if arguments.complete && !missing.is_empty() => {
            Err(format!("never met by a crash: {missing:?}"))
        }
        _ => Ok(()),
    }
}
