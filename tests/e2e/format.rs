//! `aev fmt`.

use crate::support::{Place, example};
use serde_json::{Value, json};

const UNTIDY: &str = "pipeline   shop // mine\nsource orders:webhook{endpoint:\"/orders\",port:12000 method:\"POST\"}\n\n\n\ntrigger show on orders {log}\n";
const TIDY: &str = "pipeline shop  // mine\nsource orders: webhook { endpoint: \"/orders\", port: 12000, method: \"POST\" }\n\ntrigger show on orders { log }\n";
const WRONG: &str = "pipeline shop\n\nsource orders: webhook {\n";

#[test]
fn files_are_rewritten_in_place_and_named() {
    let place = Place::new();
    place.file("untidy.aev", UNTIDY);
    place.file("tidy.aev", TIDY);
    let ran = place.aev(&["fmt", "untidy.aev", "tidy.aev"]).ended(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("untidy.aev\n", "2 files checked, 1 changed\n"));
    assert_eq!((place.read("untidy.aev"), place.read("tidy.aev")), (TIDY.to_owned(), TIDY.to_owned()));
    let again = place.aev(&["fmt", "untidy.aev", "tidy.aev"]).ended(0);
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", "2 files checked, nothing to change\n"));
    let file = example("pull-request.aev");
    let ran = place.aev(&["fmt", "--check", file.to_str().unwrap()]).ended(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "1 file checked, nothing to change\n"));
}

#[test]
fn a_directory_stands_for_the_pipelines_in_it() {
    let place = Place::new();
    for name in ["b.aev", "a/c.aev", "a/deep/d.aev", "a/.hidden/e.aev", "a/f.txt"] {
        place.file(&format!("dir/{name}"), UNTIDY);
    }
    let ran = place.aev(&["fmt", "dir"]).ended(0);
    assert_eq!(ran.out, "dir/a/c.aev\ndir/a/deep/d.aev\ndir/b.aev\n");
    for (name, text) in [("a/deep/d.aev", TIDY), ("a/.hidden/e.aev", UNTIDY), ("a/f.txt", UNTIDY)] {
        assert_eq!(place.read(&format!("dir/{name}")), text, "{name}");
    }
    place.file("empty/x.txt", "");
    place.aev(&["fmt", "empty"]).refused(1, &["there is no pipeline in `empty`", "`.aev`"]);
}

#[test]
fn check_and_diff_write_nothing() {
    let place = Place::new();
    place.file("untidy.aev", UNTIDY);
    place.file("tidy.aev", TIDY);
    let ran = place.aev(&["fmt", "--check", "tidy.aev", "untidy.aev"]).ended(1);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("untidy.aev\n", "2 files checked, 1 to change\n"));
    place.aev(&["fmt", "--check", "tidy.aev"]).ended(0);
    let diff = place.aev(&["fmt", "--diff", "tidy.aev", "untidy.aev"]).ended(0);
    assert!(diff.out.starts_with("--- untidy.aev\n+++ untidy.aev\n@@ -1,6 +1,4 @@\n"), "{}", diff.out);
    assert!(
        diff.out.ends_with("-trigger show on orders {log}\n+trigger show on orders { log }\n"),
        "{}",
        diff.out
    );
    let lines = |sign: char| diff.out.lines().skip(2).filter(|line| line.starts_with(sign)).count();
    assert_eq!((lines('-'), lines('+')), (5, 3), "{}", diff.out);
    assert_eq!(diff.err, "2 files checked, 1 to change\n");
    let both = place.aev(&["fmt", "--diff", "--check", "untidy.aev"]).ended(1);
    assert_eq!(both.out, diff.out);
    assert_eq!(place.read("untidy.aev"), UNTIDY);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let place = Place::new();
    let fmt = |more: &[&str], input: &str| {
        let mut args = vec!["fmt", "-"];
        args.extend(more);
        place.aev_with(&args, input.as_bytes())
    };
    let ran = fmt(&[], UNTIDY).ended(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), (TIDY, ""));
    assert_eq!(fmt(&[], TIDY).ended(0).out, TIDY);
    assert_eq!(fmt(&[], &UNTIDY.replace('\n', "\r\n")).ended(0).out, TIDY);
    assert_eq!(fmt(&["--format=json"], UNTIDY).ended(0).out, TIDY);
    assert_eq!(fmt(&["--check"], UNTIDY).ended(1).out, "<stdin>\n");
    assert_eq!(fmt(&["--check"], TIDY).ended(0).out, "");
    assert!(fmt(&["--diff"], UNTIDY).ended(0).out.starts_with("--- <stdin>\n+++ <stdin>\n@@ "));
    let wrong = fmt(&[], WRONG).ended(1);
    assert!(
        wrong.out.is_empty() && wrong.err.contains("AEV0001") && wrong.err.contains("<stdin>:3:24"),
        "{}",
        wrong.err
    );
    let latin = place.aev_with(&["fmt", "-"], b"pipeline caf\xe9\n").ended(1);
    assert!(latin.out.is_empty() && latin.err.contains("AEV0003"), "{}", latin.err);
    place.aev(&["fmt", "-", "x.aev"]).refused(2, &["`-` stands for standard input"]);
}

#[test]
fn a_file_with_mistakes_is_not_touched_and_the_others_are() {
    let place = Place::new();
    place.file("wrong.aev", WRONG);
    place.file("untidy.aev", UNTIDY);
    place.file("latin.aev", b"pipeline caf\xe9\n");
    let ran = place.aev(&["fmt", "wrong.aev", "latin.aev", "untidy.aev"]).ended(1);
    assert_eq!(ran.out, "untidy.aev\n");
    for part in [
        "error[AEV0001]",
        "wrong.aev:3:24",
        "error[AEV0003]",
        "latin.aev:1:13",
        "3 files checked, 1 changed, 2 left alone\n",
    ] {
        assert!(ran.err.contains(part), "`{part}` is not in\n{}", ran.err);
    }
    assert_eq!((place.read("wrong.aev").as_str(), place.read("untidy.aev").as_str()), (WRONG, TIDY));
    place.aev(&["fmt", "nowhere.aev"]).refused(3, &["there is no file `nowhere.aev`"]);
    place.aev(&["fmt"]).refused(2, &["FILE"]);
    place.file("plan.json", "{}");
    place.aev(&["fmt", "plan.json"]).refused(2, &["`plan.json` is JSON and no pipeline"]);
    place.file("large.aev", "x".repeat(9 << 20));
    let ran = place.aev(&["fmt", "--format=short", "large.aev"]).ended(1);
    assert!(ran.err.contains("AEV0001") && ran.err.lines().count() == 1, "{}", ran.err);
}

#[test]
fn programs_get_an_object_for_each_file() {
    let place = Place::new();
    place.file("untidy.aev", UNTIDY);
    place.file("wrong.aev", WRONG);
    let ran = place.aev(&["fmt", "--format=json", "--check", "--diff", "untidy.aev", "wrong.aev"]).ended(1);
    let said: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!((&said["code"], &said["file"]), (&json!("AEV0001"), &json!("wrong.aev")));
    let [file] = ran.lines().try_into().unwrap();
    assert_eq!((&file["file"], &file["changed"]), (&json!("untidy.aev"), &json!(true)));
    assert!(file["diff"].as_str().unwrap().starts_with("--- untidy.aev\n"));
    place.file("tidy.aev", TIDY);
    let ran = place.aev(&["fmt", "--format=json", "untidy.aev", "tidy.aev"]).ended(0);
    let changed: Vec<Value> = ran.lines().iter().map(|line| line["changed"].clone()).collect();
    assert_eq!(changed, [false, true]);
    assert_eq!((ran.err.as_str(), place.read("untidy.aev").as_str()), ("", TIDY));
}

#[cfg(unix)]
#[test]
fn mode_and_links_stay() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let file = place.file("real/untidy.aev", UNTIDY);
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real/untidy.aev", place.path("link.aev")).unwrap();
    assert_eq!(place.aev(&["fmt", "link.aev"]).ended(0).out, "link.aev\n");
    assert_eq!(place.read("real/untidy.aev"), TIDY);
    assert!(fs::symlink_metadata(place.path("link.aev")).unwrap().is_symlink());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(place.path("real")).unwrap().count(), 1, "nothing else is left");
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    place.aev(&["fmt", "real"]).ended(0);
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before, "what is laid out is not written");
}
