//! `aev fix`: what it writes, what it says, and how it ends.

use crate::support::Place;

const MISTAKES: &str = "\
pipeline shop

// What is sold.
source orders: webhok { endpoint: \"/orders\", port: 12000, method: \"POST\" }

trigger show on odrers as order { log }
";

const MENDED: &str = "\
pipeline shop

// What is sold.
source orders: webhook { endpoint: \"/orders\", port: 12000, method: \"POST\" }

trigger show on orders as order { log }
";

#[test]
fn corrections_are_written_and_named() {
    let place = Place::new();
    place.file("shop.aev", MISTAKES);
    let ran = place.aev(&["fix", "shop.aev"]).ended(0);
    assert_eq!(ran.out, "shop.aev:4: [AEV0301] write `webhook`\nshop.aev:6: [AEV0101] write `orders`\n");
    assert_eq!(ran.err, "1 file checked, 2 corrections made\n");
    assert_eq!(place.read("shop.aev"), MENDED);
    let again = place.aev(&["fix", "shop.aev"]).ended(0);
    assert_eq!((again.out.as_str(), again.err.as_str()), ("", "1 file checked, nothing to correct\n"));
}

#[test]
fn a_check_writes_nothing_and_fails() {
    let place = Place::new();
    place.file("shop.aev", MISTAKES);
    let ran = place.aev(&["fix", "--check", "shop.aev"]).ended(1);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    assert_eq!(ran.err, "1 file checked, 2 corrections to make\n");
    assert_eq!(place.read("shop.aev"), MISTAKES);
    place.file("mended.aev", MENDED);
    place.aev(&["fix", "--check", "mended.aev"]).ended(0);
}

#[test]
fn a_diff_shows_what_would_be_written() {
    let place = Place::new();
    place.file("shop.aev", MISTAKES);
    let ran = place.aev(&["fix", "--diff", "shop.aev"]).ended(0);
    let expected = "\
--- shop.aev
+++ shop.aev
@@ -1,6 +1,6 @@
 pipeline shop
 
 // What is sold.
-source orders: webhok { endpoint: \"/orders\", port: 12000, method: \"POST\" }
+source orders: webhook { endpoint: \"/orders\", port: 12000, method: \"POST\" }
 
-trigger show on odrers as order { log }
+trigger show on orders as order { log }
";
    assert_eq!(ran.out, expected);
    assert_eq!(place.read("shop.aev"), MISTAKES);
    place.aev(&["fix", "--diff", "--check", "shop.aev"]).ended(1);
    place.aev(&["fix", "--diff", "--format=json", "shop.aev"]).refused(2, &["--diff"]);
}

#[test]
fn a_directory_one_code_and_json() {
    let place = Place::new();
    place.file("all/shop.aev", MISTAKES);
    place.file("all/deep/more.aev", MISTAKES);
    place.file("all/notes.txt", MISTAKES);
    let ran = place.aev(&["fix", "--code", "AEV0301", "--format", "json", "all"]).ended(1);
    let found: Vec<(String, String)> = ran
        .lines()
        .iter()
        .map(|line| (line["file"].as_str().unwrap().to_owned(), line["code"].as_str().unwrap().to_owned()))
        .collect();
    let of = |file: &str| (file.to_owned(), "AEV0301".to_owned());
    assert_eq!(found, [of("all/deep/more.aev"), of("all/shop.aev")]);
    assert_eq!(ran.err.matches("\"AEV0101\"").count(), 2, "what is left: {}", ran.err);
    assert_eq!(place.read("all/shop.aev"), MISTAKES.replace("webhok", "webhook"));
    assert_eq!(place.read("all/notes.txt"), MISTAKES);
    let rest = place.aev(&["fix", "all"]).ended(0);
    assert_eq!(rest.err, "2 files checked, 2 corrections made in 2 of them\n");
    assert_eq!(place.read("all/deep/more.aev"), MENDED);
}

#[test]
fn what_cannot_be_corrected_is_shown_and_refused() {
    let place = Place::new();
    place.file("shop.aev", "trigger t on nothing { log }\n");
    let ran =
        place.aev(&["fix", "shop.aev"]).refused(1, &["error[AEV0101]", "nothing to correct, 1 error left"]);
    assert!(ran.err.contains("shop.aev:1:14"), "{}", ran.err);
    place.aev(&["fix", "nowhere.aev"]).refused(3, &["there is no file `nowhere.aev`"]);
    place.aev(&["fix", "--code", "AEV9999", "shop.aev"]).refused(2, &["there is no code `AEV9999`"]);
    place.file("latin.aev", b"pipeline caf\xe9\n");
    place.aev(&["fix", "latin.aev"]).refused(1, &["error[AEV0003]", "1 error left"]);
    place.file("empty/x.txt", "");
    place.aev(&["fix", "empty"]).refused(1, &["there is no pipeline in `empty`"]);
}
