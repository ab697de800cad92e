//! `aev check`, `aev explain` and `aev graph`.

use crate::support::{Place, example};
use serde_json::Value;

const MISTAKES: &str = "\
pipeline shop

source orders: webhok { endpoint: \"/orders\", port: 12000, method: \"POST\" }

trigger show on odrers as order { log }
";

#[test]
fn a_pipeline_without_mistakes_says_so() {
    let place = Place::new();
    let file = example("pull-request.aev");
    let ran = place.aev(&["check", file.to_str().unwrap()]).ended(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "1 file checked, nothing wrong\n"));
}

#[test]
fn mistakes_are_shown_for_people_for_editors_and_for_programs() {
    let place = Place::new();
    place.file("shop.aev", MISTAKES);

    let human = place.aev(&["check", "shop.aev"]).ended(1);
    for part in [
        "error[AEV0301]",
        "shop.aev:3:16",
        "^^^^^^",
        "`webhook`",
        "error[AEV0101]",
        "shop.aev:5:17",
        "`orders`",
    ] {
        assert!(human.out.contains(part), "`{part}` is not in\n{}", human.out);
    }
    assert_eq!(human.err, "1 file checked, 2 errors\n");
    assert!(!human.out.contains('\u{1b}'), "a pipe takes no colours");

    let short = place.aev(&["check", "--format", "short", "shop.aev"]).ended(1);
    let lines: Vec<&str> = short.out.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("shop.aev:3:16: error[AEV0301]: "), "{}", lines[0]);
    assert!(lines[1].starts_with("shop.aev:5:17: error[AEV0101]: "), "{}", lines[1]);
    assert_eq!(short.err, "");

    let json = place.aev(&["check", "--format", "json", "shop.aev"]).ended(1);
    let found = json.lines();
    let codes: Vec<&Value> = found.iter().map(|line| &line["code"]).collect();
    assert_eq!(codes, ["AEV0301", "AEV0101"]);
    for (line, text) in found.iter().zip(["webhok", "odrers"]) {
        let at = |name: &str| usize::try_from(line[name].as_u64().unwrap()).unwrap();
        assert_eq!(MISTAKES.get(at("start")..at("end")), Some(text));
        assert_eq!(MISTAKES.lines().nth(at("line") - 1).unwrap().find(text), Some(at("column") - 1));
        assert_eq!((at("endLine"), at("endColumn")), (at("line"), at("column") + text.len()));
        assert_eq!(line["file"], "shop.aev");
        assert_eq!(line["severity"], "error");
    }
}

#[test]
fn several_files_are_checked_in_one_go() {
    let place = Place::new();
    let good = example("pull-request.aev");
    place.file("shop.aev", MISTAKES);
    let ran = place.aev(&["check", good.to_str().unwrap(), "shop.aev"]).ended(1);
    assert_eq!(ran.err, "2 files checked, 2 errors\n");
}

#[test]
fn a_directory_stands_for_the_pipelines_in_it_and_below() {
    let place = Place::new();
    place.file("all/shop.aev", MISTAKES);
    place.file("all/deep/shop.aev", MISTAKES);
    place.file("all/notes.txt", "no pipeline");
    let ran = place.aev(&["check", "--format=short", "all", "all/shop.aev"]).ended(1);
    let of = |file: &str| ran.out.lines().filter(|line| line.starts_with(file)).count();
    assert_eq!(
        (of("all/shop.aev:"), of("all/deep/shop.aev:"), ran.out.lines().count()),
        (2, 2, 4),
        "{}",
        ran.out
    );
    place.file("none/notes.txt", "no pipeline");
    place.aev(&["check", "all", "none"]).refused(1, &["there is no pipeline in `none`", "`.aev`"]);
}

#[test]
fn what_one_target_cannot_do_is_a_note_until_it_is_asked_for() {
    let place = Place::new();
    place.file(
        "socket.aev",
        "pipeline socket\n\nsource orders: nats { url: \"wss://nats.shop.svc\", subject: \"orders.>\" }\n\ntrigger show on orders { log }\n",
    );
    let noted = place.aev(&["check", "socket.aev"]).ended(0);
    assert!(noted.out.starts_with("note[AEV0402]"), "{}", noted.out);
    assert_eq!(noted.err, "1 file checked, nothing wrong\n");
    let refused = place.aev(&["check", "--target", "plan", "socket.aev"]).ended(1);
    assert!(
        refused.out.starts_with("error[AEV0402]") && refused.out.contains("--target argo"),
        "{}",
        refused.out
    );
    place.aev(&["check", "--target", "argo", "socket.aev"]).ended(0);
}

#[test]
fn what_is_no_pipeline_is_refused_with_what_to_do() {
    let place = Place::new();
    place.file("dir/inner.aev", "");
    place.file("latin.aev", b"// Coffee.\npipeline caf\xe9\n");
    place.aev(&["check", "nowhere.aev"]).refused(3, &["there is no file `nowhere.aev`", "check the path"]);
    place.aev(&["build", "dir"]).refused(3, &["`dir` is a directory", "name a file in it"]);
    let latin = place.aev(&["check", "latin.aev"]).ended(1).out;
    for part in [
        "error[AEV0003]: this is not UTF-8 text",
        "latin.aev:2:13",
        "the byte 0xE9",
        "save the file as UTF-8",
    ] {
        assert!(latin.contains(part), "{latin}");
    }
    let latin = place.aev(&["check", "--format=json", "latin.aev"]).ended(1).out;
    assert!(latin.contains(r#""code":"AEV0003""#) && latin.contains(r#""start":23,"end":24"#), "{latin}");
    place.aev(&["build", "--target=plan", "latin.aev"]).refused(1, &["AEV0003"]);
    place.file("latin.json", b"{ \"name\": \"caf\xe9\" }\n");
    place
        .aev(&["graph", "latin.json"])
        .refused(3, &["`latin.json` is not UTF-8 text, from line 1 on", "save it as UTF-8"]);
    let huge = std::fs::File::create(place.path("huge.aev")).unwrap();
    huge.set_len((64 << 20) + 1).unwrap();
    place.aev(&["check", "huge.aev"]).refused(3, &["`huge.aev` is larger than 64 MiB", "the file you mean"]);
    huge.set_len(10 << 20).unwrap();
    let ran = place.aev(&["check", "--format=short", "huge.aev"]).ended(1);
    assert!(ran.out.contains("AEV0001") && ran.out.lines().count() == 1, "{}", ran.out);
    place.aev(&["check"]).refused(2, &["FILE"]);
    place.aev(&["chekc", "shop.aev"]).refused(2, &["check"]);
}

#[test]
fn a_plan_is_known_by_what_it_is() {
    let place = Place::new();
    let file = example("pull-request.aev");
    for name in ["pull-request.json", "pull-request.plan", "plan"] {
        place.aev(&["build", "--target=plan", file.to_str().unwrap(), "-o", name]).ended(0);
        for verb in ["check", "build"] {
            place.aev(&[verb, name]).refused(2, &[&format!("`{name}` is JSON and no pipeline"), "aev run"]);
        }
        let drawn = place.aev(&["graph", name]).ended(0).out;
        assert_eq!(drawn, place.aev(&["graph", file.to_str().unwrap()]).ended(0).out);
    }
    place.file("marked.json", format!("\u{feff}{}", place.read("plan")));
    place.aev(&["graph", "marked.json"]).ended(0);
    place.file("brace.aev", "{ pipeline x\n");
    let ran = place.aev(&["check", "brace.aev"]).ended(1);
    assert!(ran.out.contains("brace.aev:1:1"), "a mistake in a pipeline: {}", ran.out);
}

#[test]
fn a_code_has_a_page() {
    let place = Place::new();
    let page = place.aev(&["explain", "AEV0101"]).ended(0);
    assert!(page.out.starts_with("# AEV0101: ") && page.out.contains("```aev"), "{}", page.out);
    assert_eq!(place.aev(&["explain", "aev0101"]).ended(0).out, page.out);
    place.aev(&["explain", "AEV0111x"]).refused(2, &["there is no code `AEV0111x`", "did you mean AEV"]);
    place.aev(&["explain", "elephant"]).refused(2, &["there is no code `elephant`", "lists them all"]);
}

#[test]
fn every_listed_code_is_explained() {
    let place = Place::new();
    let list = place.aev(&["explain"]).ended(0).out;
    assert!(list.lines().count() > 50, "{list}");
    for line in list.lines() {
        let (code, title) = line.split_once("  ").unwrap();
        let page = place.aev(&["explain", code]).ended(0).out;
        assert!(page.starts_with(&format!("# {code}: ")), "{page}");
        assert!(!title.is_empty());
    }
}

#[test]
fn a_graph_names_everything_that_is_connected() {
    let place = Place::new();
    let file = example("pull-request.aev");
    let file = file.to_str().unwrap();
    let mermaid = place.aev(&["graph", file]).ended(0).out;
    assert!(mermaid.starts_with("flowchart "), "{mermaid}");
    let dot = place.aev(&["graph", "--as", "dot", file]).ended(0).out;
    assert!(dot.starts_with("digraph ") && dot.trim_end().ends_with('}'), "{dot}");
    for name in ["github", "opened", "build", "announce", "unannounced", "Workflow"] {
        assert!(mermaid.contains(name) && dot.contains(name), "{name}");
    }
    assert_eq!(
        mermaid.matches("-->").count() + mermaid.matches("-.->").count(),
        dot.matches("->").count() - 1
    );
    place.file("shop.aev", MISTAKES);
    place.aev(&["graph", "shop.aev"]).refused(1, &["AEV0301", "AEV0101"]);
}

#[test]
fn samples_and_schemas_are_found_beside_the_file_that_names_them() {
    let place = Place::new();
    let pipeline = |ty: &str, field: &str| {
        format!(
            "external source shop: webhook<{ty}>\nfilter paid from shop where shop.body.{field} == \"paid\"\ntrigger show on paid {{ log }}\n"
        )
    };
    let sample = "sample(\"fixtures/order.json\")";
    place.file("deep/fixtures/order.json", "{ \"state\": \"open\" }\n");
    place.file("deep/shop.aev", pipeline(sample, "state"));
    place.aev(&["check", "deep/shop.aev"]).ended(0);
    place.aev(&["build", "--target=plan", "deep/shop.aev"]).ended(0);
    place.file("deep/wrong.aev", pipeline(sample, "stat"));
    place.aev(&["fix", "deep/wrong.aev"]).ended(0);
    assert_eq!(place.read("deep/wrong.aev"), pipeline(sample, "state"));

    place.file("deep/half.json", "{\n  \"state\": \n}\n");
    place.file("deep/half.aev", pipeline("sample(\"half.json\")", "state"));
    let half = place.aev(&["check", "deep/half.aev"]).ended(1);
    for part in ["error[AEV0702]", "deep/half.aev:1:38", "deep/half.json:3:1"] {
        assert!(half.out.contains(part), "`{part}` is not in\n{}", half.out);
    }
    let json = place.aev(&["check", "--format=json", "deep/half.aev"]).ended(1);
    let found = &json.lines()[0];
    assert_eq!(found["related"][0]["file"].as_str(), Some("deep/half.json"));
    assert_eq!(
        (found["related"][0]["line"].as_u64(), found["file"].as_str()),
        (Some(3), Some("deep/half.aev"))
    );

    place.file("deep/latin.json", b"\"\n\xe9\"");
    let large = std::fs::File::create(place.path("deep/large.json")).unwrap();
    large.set_len((16 << 20) + 1).unwrap();
    for (path, said) in [
        ("nowhere.json", "there is no such file"),
        (".", "this is a directory"),
        ("latin.json", "not UTF-8 text, from line 2 on"),
        ("large.json", "larger than 16 MiB"),
    ] {
        place.file("deep/odd.aev", pipeline(&format!("schema(\"{path}\")"), "state"));
        let ran = place.aev(&["check", "deep/odd.aev"]).ended(1);
        assert!(ran.out.contains(said), "`{said}` is not in\n{}", ran.out);
    }
}
