//! `aev build`.

use crate::support::{Place, example, root, texts};
use std::fs;

fn pull_request() -> String {
    example("pull-request.aev").to_str().unwrap().to_owned()
}

#[test]
fn what_is_built_is_the_same_each_time() {
    let place = Place::new();
    for target in ["argo", "plan"] {
        let first = place.aev(&["build", "--target", target, &pull_request()]).ended(0);
        assert_eq!(place.aev(&["build", "--target", target, &pull_request()]).ended(0).out, first.out);
        assert_eq!(first.err, "");
        place.aev(&["build", "--target", target, "-o", "out", &pull_request()]).ended(0);
        assert_eq!(place.read("out"), first.out);
    }
}

#[test]
fn a_file_is_replaced_whole_or_not_at_all() {
    let place = Place::new();
    place.file("out.yaml", "as it was\n");
    place.file("broken.aev", "pipeline broken\n\ntrigger t on nothing as e { log }\n");
    place.aev(&["build", "broken.aev", "-o", "out.yaml"]).refused(1, &["AEV0101"]);
    assert_eq!(place.read("out.yaml"), "as it was\n");
    place.aev(&["build", &pull_request(), "-o", "out.yaml"]).ended(0);
    assert!(place.read("out.yaml").starts_with("apiVersion: "));
    let names: Vec<_> = texts(&place.path("")).into_iter().map(|(path, _)| path).collect();
    assert_eq!(names, [place.path("broken.aev"), place.path("out.yaml")], "nothing is left beside it");
}

#[test]
fn where_nothing_can_be_written_is_said() {
    let place = Place::new();
    place.file("file", "as it was\n");
    fs::create_dir(place.path("dir")).unwrap();
    let to = |path: &str| place.aev(&["build", &pull_request(), "-o", path]);
    to("dir").refused(3, &["`dir` is a directory", "name a file in it"]);
    to("none/out.yaml").refused(3, &["`none/out.yaml` cannot be written", "make its directory first"]);
    to("file/out.yaml").refused(3, &["`file/out.yaml` cannot be written", "a part of its path is a file"]);
    assert_eq!(place.read("file"), "as it was\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_or_takes_nothing_is_said() {
    let place = Place::new();
    std::os::unix::fs::symlink("/dev/full", place.path("full")).unwrap();
    place.aev(&["build", &pull_request(), "-o", "full"]).refused(3, &["make room on the disk"]);
    assert!(place.path("full").is_symlink(), "a device is written to, not replaced");
    place
        .aev(&["build", &pull_request(), "-o", "/proc/out.yaml"])
        .refused(3, &["`/proc/out.yaml` cannot be written"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = place.command(&["build", &pull_request()]);
    let output = command
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay_as_they_are() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    let plain = mode(place.file("plain", "").file_name().unwrap().to_str().unwrap());
    symlink("out.yaml", place.path("link.yaml")).unwrap();
    place.aev(&["build", &pull_request(), "-o", "out.yaml"]).ended(0);
    assert_eq!(mode("out.yaml"), plain, "as any new file");
    fs::set_permissions(place.path("out.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    place.aev(&["build", &pull_request(), "-o", "link.yaml"]).ended(0);
    assert_eq!(mode("out.yaml"), 0o640);
    assert!(place.path("link.yaml").is_symlink());
}

#[test]
fn what_is_wrong_goes_to_standard_error_in_the_form_that_is_asked_for() {
    let place = Place::new();
    place.file("broken.aev", "pipeline broken\n\ntrigger t on nothing as e { log }\n");
    let ran = place.aev(&["build", "--format", "json", "broken.aev"]).refused(1, &[]);
    let line: serde_json::Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!((line["code"].as_str(), line["line"].as_u64()), (Some("AEV0101"), Some(3)));
}

/// Every example with what it becomes beside it: `NAME.yaml` and `NAME.plan.json`, unless a target cannot do it, which
/// then says so with a code. `UPDATE_GOLDEN=1` writes the files anew.
#[test]
fn every_example_becomes_what_stands_beside_it() {
    let place = Place::new();
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut seen = 0;
    let pipelines = texts(&root().join("examples")).into_iter().map(|(path, _)| path);
    for path in pipelines.filter(|path| path.extension().is_some_and(|extension| extension == "aev")) {
        seen += 1;
        // By its name alone: a plan says what its file was called.
        let file = path.file_name().unwrap().to_str().unwrap();
        place.file(file, fs::read_to_string(&path).unwrap());
        let checked = place.aev(&["check", "--format", "short", file]).ended(0).out;
        assert!(!checked.contains(": warning"), "{checked}");
        let mut built = 0;
        for (target, extension) in [("argo", "yaml"), ("plan", "plan.json")] {
            let beside = path.with_extension(extension);
            let ran = place.aev(&["build", "--target", target, "--format", "short", file]);
            if ran.code == Some(1) {
                assert!(ran.err.contains(": error[AEV04"), "{file} for {target}: {}", ran.err);
                assert!(!beside.exists(), "{} is of no use any more", beside.display());
                continue;
            }
            built += 1;
            let ran = ran.ended(0);
            if update {
                fs::write(&beside, &ran.out).unwrap();
            }
            let expected = fs::read_to_string(&beside).unwrap_or_default();
            assert!(
                ran.out == expected,
                "{}: build it anew with UPDATE_GOLDEN=1\n{}",
                beside.display(),
                ran.out
            );
        }
        assert!(built > 0, "{file} is built for nothing");
    }
    assert!(seen > 0);
}
