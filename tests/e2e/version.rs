//! `aev version`, `aev completions`, and the help.

use crate::support::Place;

#[test]
fn versions_are_said_for_people_and_for_programs() {
    let place = Place::new();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(place.aev(&["version"]).ended(0).out, format!("aev {version}\n"));
    assert_eq!(place.aev(&["--version"]).ended(0).out, format!("aev {version}\n"));
    let json = place.aev(&["version", "--json"]).ended(0).lines();
    let (major, minor) = aev_plan::wire::VERSION;
    assert_eq!(json.len(), 1);
    assert_eq!(json[0]["aev"], version);
    assert_eq!(json[0]["plan"], format!("{major}.{minor}"));
    assert_eq!(json[0]["argoEvents"], "1.9.11");
}

const VERBS: [&str; 11] =
    ["check", "fix", "fmt", "explain", "build", "graph", "try", "run", "init", "version", "completions"];

#[test]
fn every_verb_has_help_and_is_completed() {
    let place = Place::new();
    let help = place.aev(&["--help"]).ended(0).out;
    for code in ["0 ", "1 ", "2 ", "3 ", "130 "] {
        assert!(help.contains(&format!("\n  {code}")), "{help}");
    }
    let scripts = ["bash", "zsh", "fish"].map(|shell| place.aev(&["completions", shell]).ended(0).out);
    for verb in VERBS {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb}");
        assert!(place.aev(&[verb, "--help"]).ended(0).out.contains(&format!("Usage: aev {verb}")));
        assert!(scripts.iter().all(|script| script.contains(verb)));
    }
    place.aev(&["completions", "tcsh"]).refused(2, &["bash", "zsh", "fish"]);
    place.aev(&[]).refused(2, &["Usage: aev"]);
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_an_error() {
    for args in [["--help"].as_slice(), &["check", "--help"], &["--version"], &["version"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Place::new().command(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"));
    }
}

/// What a shell says of the script, where there is one.
#[test]
fn bash_reads_its_completions() {
    let place = Place::new();
    let script = place.file("aev.bash", place.aev(&["completions", "bash"]).ended(0).out);
    match std::process::Command::new("bash").arg("-n").arg(script).status() {
        Ok(status) => assert!(status.success()),
        Err(_) => println!("skipped: completions in bash: there is no bash"),
    }
}
