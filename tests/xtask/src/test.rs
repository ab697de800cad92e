//! `cargo xtask test`: runs everything there is to run and counts it.
//!
//! A cargo test counts as many as it has cases; each other step counts as one. A step whose tool is missing is skipped by
//! name and counted. The last line is `N passed, N failed, N skipped`.

use crate::nats;
use crate::oracle;
use crate::terminal::{program, root, say};
use crate::tools::{cargo_tool, has_nightly};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Pinned, so that a new version of a tool does not change what passes.
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";

/// Where the fuzz targets are, one a file.
const FUZZ_TARGETS: &str = "tests/fuzz/fuzz_targets";

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Within ten minutes on a warm machine.
    Quick,
    /// Within an hour from nothing.
    Full,
}

#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    failures: Vec<String>,
    /// What the tests that failed have printed.
    reasons: Vec<String>,
}

/// Runs a tier; the exit code is nought when nothing failed.
pub fn run(tier: Tier) -> ExitCode {
    let mut tally = Tally::default();
    let started = Instant::now();

    tally.step("formatting", cargo(&["fmt", "--all", "--check"]));
    tally.step(
        "lints",
        cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]),
    );
    // They need the finished command, and come by themselves afterwards.
    let mut tests =
        cargo(&["test", "--workspace", "--exclude", "aev-faults", "--no-fail-fast", "--", "--show-output"]);
    let mut faults = cargo(&["test", "--package", "aev-faults", "--", "--show-output", "--test-threads=4"]);
    if tier == Tier::Full {
        faults.env("AEV_FAULTS", "full");
    }
    match oracle::build() {
        Ok(Some(path)) => drop(tests.env(oracle::VARIABLE, path)),
        Ok(None) => {}
        Err(error) => tally.fail(error.to_string()),
    }
    if let Some(server) = nats::server() {
        tests.env(nats::VARIABLE, &server);
        faults.env(nats::VARIABLE, &server);
    }
    tally.tests("tests", tests);
    tally.step("the command", cargo(&["build", "--bin", "aev"]));
    tally.tests("faults", faults);
    let simulation: &[&str] = if tier == Tier::Full {
        &["--seconds", "180", "--histories", "600", "--complete"]
    } else {
        &["--seconds", "5"]
    };
    tally.step("simulation", simulator(simulation));
    tally.step("story", xtask(&["story"]));
    if tier == Tier::Full {
        let mut docs = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
        docs.env("RUSTDOCFLAGS", "-D warnings");
        tally.step("documentation", docs);
        tally.step("benches run", cargo(&["bench", "--package", "aev-bench", "--", "--test"]));
        tally.step("generated types of GitHub's events", xtask(&["generate", "github", "--check"]));
        for provider in ["gitlab", "bitbucket", "bitbucketserver"] {
            let name = format!("generated types of the events of {provider}");
            tally.step(&name, xtask(&["generate", provider, "--check"]));
        }
        tally.step("handwritten types of payloads", xtask(&["recorded"]));
        tally.step("fields of Argo Events' objects", xtask(&["generate", "argo", "--check"]));
        tally.step("generated types of Kubernetes' objects", xtask(&["generate", "k8s", "--check"]));
        tally.step("generated code of the gRPC protocols", xtask(&["generate", "grpc", "--check"]));
        tally.step("pages of the reference", xtask(&["generate", "docs", "--check"]));
        match cargo_tool("cargo-deny", CARGO_DENY) {
            Some(deny) => {
                let mut command = at_root(deny);
                command.args([
                    "--all-features",
                    "check",
                    "--hide-inclusion-graph",
                    "bans",
                    "licenses",
                    "sources",
                ]);
                tally.step("dependencies", command);
            }
            None => tally.skip("dependencies: there is no cargo-deny"),
        }
        tally.fuzz();
    }

    for reason in &tally.reasons {
        say(reason);
    }
    for failure in &tally.failures {
        say(&format!("failed: {failure}"));
    }
    say(&format!("took {} s", started.elapsed().as_secs()));
    say(&format!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped));
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cargo(args: &[&str]) -> Command {
    let mut command = at_root(program("cargo").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

fn xtask(args: &[&str]) -> Command {
    let mut command = cargo(&["run", "--quiet", "--package", "xtask", "--"]);
    command.args(args);
    command
}

/// The task `simulate`: hands its words on to the simulator.
pub fn simulate(words: &[&str]) -> ExitCode {
    let passed = simulator(words).status().is_ok_and(|status| status.success());
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn simulator(words: &[&str]) -> Command {
    let mut command = cargo(&["run", "--quiet", "--package", "aev-simulation", "--"]);
    command.args(words);
    command
}

fn at_root(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

impl Tally {
    /// A step that is one thing: it passes when it exits with nought, unless it says that it was skipped.
    fn step(&mut self, name: &str, mut command: Command) {
        say(&format!("== {name}"));
        let mut child = match command.stdout(Stdio::piped()).spawn() {
            Ok(child) => child,
            Err(error) => return self.fail(format!("{name}: {error}")),
        };
        let mut skipped = false;
        for line in
            child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok)
        {
            skipped |= line.starts_with("skipped: ");
            say(&line);
        }
        match child.wait() {
            Ok(status) if status.success() && skipped => self.skipped += 1,
            Ok(status) if status.success() => self.passed += 1,
            Ok(status) => self.fail(format!("{name}: {status}")),
            Err(error) => self.fail(format!("{name}: {error}")),
        }
    }

    /// Every fuzz target for a short while, from the corpus that is committed.
    fn fuzz(&mut self) {
        let tool = if has_nightly() { cargo_tool("cargo-fuzz", CARGO_FUZZ) } else { None };
        let targets = match fuzz_targets() {
            Ok(targets) => targets,
            Err(error) => return self.fail(format!("{FUZZ_TARGETS}: {error}")),
        };
        for target in targets {
            let name = format!("fuzz target {target}");
            let Some(tool) = &tool else {
                self.skip(&format!("{name}: it needs a nightly toolchain and cargo-fuzz"));
                continue;
            };
            let mut command = at_root(tool.clone());
            command.env("RUSTUP_TOOLCHAIN", "nightly");
            command.args([
                "run",
                "--fuzz-dir",
                "tests/fuzz",
                &target,
                "--",
                "-max_total_time=10",
                "-verbosity=0",
            ]);
            self.step(&name, command);
        }
    }

    fn skip(&mut self, what: &str) {
        say(&format!("skipped: {what}"));
        self.skipped += 1;
    }

    /// A run of cargo's test runner: its own counts are taken over. What it prints is shown when something failed.
    fn tests(&mut self, name: &str, mut command: Command) {
        say(&format!("== {name}"));
        let mut child = match command.stdout(Stdio::piped()).spawn() {
            Ok(child) => child,
            Err(error) => return self.fail(format!("{name}: {error}")),
        };
        let mut counted = false;
        let failed_before = self.failed;
        let mut printed = String::new();
        for line in
            child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok)
        {
            if let Some(counts) = line.strip_prefix("test result: ") {
                counted = true;
                self.passed += count(counts, "passed");
                self.failed += count(counts, "failed");
                self.skipped += count(counts, "ignored");
            }
            // A test that lacks a tool says so on a line of its own, and counts as skipped instead of passed.
            if line.starts_with("skipped: ") {
                self.passed = self.passed.saturating_sub(1);
                self.skipped += 1;
                say(&line);
            }
            if line.starts_with("test ") && line.ends_with("FAILED") {
                self.failures.push(line.clone());
            }
            printed.push_str(&line);
            printed.push('\n');
        }
        let status = child.wait();
        let passed = matches!(&status, Ok(status) if status.success()) && counted;
        if !passed {
            say(&printed);
            self.reasons.extend(reasons(&printed));
        }
        match status {
            _ if passed || self.failed > failed_before => {}
            Ok(status) => self.fail(format!("{name}: {status}")),
            Err(error) => self.fail(format!("{name}: {error}")),
        }
    }

    fn fail(&mut self, what: String) {
        self.failed += 1;
        self.failures.push(what);
    }
}

/// The names of the fuzz targets, in order.
fn fuzz_targets() -> Result<Vec<String>, std::io::Error> {
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(root().join(FUZZ_TARGETS))? {
        targets.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

/// What each test that failed has printed, up to where the backtrace begins: at the end of a long run one looks for it first.
fn reasons(printed: &str) -> Vec<String> {
    const LINES: usize = 30;
    let mut reasons: Vec<String> = Vec::new();
    let mut left = 0;
    let mut among_failures = false;
    for line in printed.lines() {
        match line {
            "failures:" => (among_failures, left) = (true, 0),
            "successes:" => (among_failures, left) = (false, 0),
            "stack backtrace:" => left = 0,
            _ if line.starts_with("test result: ") => (among_failures, left) = (false, 0),
            _ if among_failures && line.starts_with("---- ") => {
                reasons.push(line.to_owned());
                left = LINES;
            }
            _ if left > 0 && !line.is_empty() => {
                left -= 1;
                if let Some(reason) = reasons.last_mut() {
                    reason.push('\n');
                    reason.push_str(line);
                }
            }
            _ => {}
        }
    }
    reasons
}

/// The number before a word: 3 in `ok. 3 passed; 0 failed`.
fn count(text: &str, word: &str) -> u64 {
    let mut words = text.split([' ', ';', '.']).filter(|word| !word.is_empty());
    let mut last = 0;
    words
        .find_map(|next| {
            if next == word {
                return Some(last);
            }
            last = next.parse().unwrap_or(0);
            None
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{count, fuzz_targets, reasons};
    use crate::terminal::root;

    #[test]
    fn finds_why_tests_failed() {
        let printed = "running 2 tests\ntest a ... ok\ntest b ... FAILED\n\nsuccesses:\n\n---- a stdout ----\nfine\n\n\
            failures:\n\n---- b stdout ----\n\nthread 'b' panicked at b.rs:1:1:\nfound 1, wanted 2\nstack backtrace:\n   0: main\n\n\
            failures:\n    b\n\ntest result: FAILED. 1 passed; 1 failed\n";
        let wanted = "---- b stdout ----\nthread 'b' panicked at b.rs:1:1:\nfound 1, wanted 2";
        assert_eq!(reasons(printed), [wanted]);
    }

    #[test]
    fn every_fuzz_target_is_built_and_has_seeds() {
        let folder = root().join("tests/fuzz");
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let built: Vec<&str> = manifest
            .lines()
            .filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")?.strip_suffix(".rs\""))
            .collect();
        assert_eq!(fuzz_targets().unwrap(), built);
        for target in built {
            let seeds = std::fs::read_dir(folder.join("corpus").join(target)).unwrap();
            assert!(seeds.count() >= 3, "{target}");
        }
    }

    #[test]
    fn reads_the_counts_of_a_test_run() {
        let line = "ok. 12 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!((count(line, "passed"), count(line, "failed"), count(line, "ignored")), (12, 1, 3));
    }
}
