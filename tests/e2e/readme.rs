//! The README, as a reader follows it.

use crate::support::{Place, root};

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// The blocks of code of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn its_pipelines_compile() {
    let (place, text) = (Place::new(), readme());
    let pipelines = blocks(&text, "aev");
    assert!(!pipelines.is_empty());
    for pipeline in pipelines {
        place.file("readme.aev", pipeline);
        let checked = place.aev(&["check", "readme.aev"]).ended(0);
        assert_eq!((checked.out.as_str(), checked.err.as_str()), ("", "1 file checked, nothing wrong\n"));
        place.aev(&["build", "readme.aev"]).ended(0);
        place.aev(&["build", "--target=plan", "readme.aev"]).ended(0);
    }
}

#[test]
fn its_commands_do_what_it_says() {
    let (place, text) = (Place::new(), readme());
    place.file("order.json", r#"{"id": "a-1", "total": 12.5, "items": [{"name": "pen"}]}"#);
    let (_, chapter) = text.split_once("## Write your own\n").unwrap();
    let console = blocks(chapter, "console")[0];
    let mut dir = place.path("");
    let mut verbs = Vec::new();
    for line in console.lines() {
        let command = line.strip_prefix("$ ").unwrap().split(" # ").next().unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            // What it installs is what these tests run.
            ["cargo", "install", "--path", "."] => {}
            ["cd", to] => dir = dir.join(to),
            ["aev", "run", file] => {
                verbs.push("run");
                let mut command = place.command(&["run", file, "--port=12000=0", "--format=json"]);
                command.current_dir(&dir);
                let mut running = crate::support::Running::start(command);
                let address = running.address("order");
                let payload = std::fs::read(place.path("order.json")).unwrap();
                assert_eq!(crate::support::post(address, "/order", &[], &payload).0, 200);
                running.line("it is shown", |line| line["decision"] == "done");
                running.stop().ended(0);
            }
            ["aev", args @ ..] => {
                verbs.push(args[0]);
                let mut command = place.command(args);
                command.current_dir(&dir);
                let ran = crate::support::Ran::of(command, b"").ended(0);
                assert!(args[0] != "fmt" || ran.out.is_empty(), "`aev init` lays out what it writes");
                assert!(args[0] != "try" || ran.out.contains("fires"), "{}", ran.out);
                assert!(args[0] != "build" || ran.out.contains("kind: Sensor"), "{}", ran.out);
            }
            other => panic!("nobody tries {other:?}"),
        }
    }
    assert_eq!(verbs, ["init", "check", "fix", "fmt", "try", "build", "run"]);
}

#[test]
fn the_verbs_and_flags_that_it_names_are_there() {
    let (place, text) = (Place::new(), readme());
    for rest in text.split("`aev ").skip(1) {
        let command = rest.split('`').next().unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        let help = place.aev(&[words[0], "--help"]).ended(0).out;
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "`{command}` has no {flag}");
        }
    }
}
