//! `aev docs`.

use crate::support::Place;

#[test]
fn without_a_word_everything_is_listed() {
    let place = Place::new();
    let ran = place.aev(&["docs"]).ended(0);
    for part in [
        "Sources\n",
        "  redisStream",
        "Actions\n",
        "  workflow.submit-from",
        "Buses\n",
        "Functions\n",
        "  upper",
        "Types\n",
        "  k8s",
    ] {
        assert!(ran.out.contains(part), "`{part}` is not in\n{}", ran.out);
    }
    let json = place.aev(&["docs", "--format", "json"]).ended(0);
    assert!(json.lines().iter().any(|line| line["sort"] == "action" && line["name"] == "slack"));
}

#[test]
fn a_name_shows_all_that_has_it_and_a_word_before_it_chooses() {
    let place = Place::new();
    let all = place.aev(&["docs", "kafka"]).ended(0);
    let heads: Vec<&str> = all.out.lines().filter(|line| line.ends_with(" kafka")).collect();
    assert_eq!(heads, ["source kafka", "action kafka", "bus kafka"]);

    let one = place.aev(&["docs", "source", "kafka"]).ended(0);
    for part in
        ["source orders: kafka {", "  topic: string, required\n", "      groupName: string, required\n"]
    {
        assert!(one.out.contains(part), "`{part}` is not in\n{}", one.out);
    }
    assert!(!one.out.contains("bus kafka"));

    let json = place.aev(&["docs", "bus", "kafka", "--format", "json"]).ended(0);
    let page = &json.lines()[0];
    assert_eq!(page["targets"]["argo"], "yes");
    let fields = page["sections"][0]["rows"].as_array().unwrap();
    let url = fields.iter().find(|field| field["name"] == "url").unwrap();
    assert_eq!((&url["type"], &url["required"]), (&"address".into(), &true.into()));
}

#[test]
fn a_snippet_can_be_written_into_a_file_and_checked() {
    let place = Place::new();
    let snippet = place.aev(&["docs", "source", "sqs", "--snippet"]).ended(0).out;
    place.file("sqs.aev", format!("{snippet}trigger show on orders {{ log }}\n"));
    place.aev(&["check", "sqs.aev"]).ended(0);

    let none = place.aev(&["docs", "match", "--snippet"]).ended(2);
    assert!(none.err.contains("there is no snippet of `match`"), "{}", none.err);
}

#[test]
fn an_unknown_word_gets_the_nearest() {
    let place = Place::new();
    let ran = place.aev(&["docs", "kafak"]).ended(2);
    assert!(ran.err.contains("there is nothing with the name `kafak`"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `kafka`?"), "{}", ran.err);
    let ran = place.aev(&["docs", "bus", "webhook"]).ended(2);
    assert!(ran.err.contains("there is no bus with the name `webhook`"), "{}", ran.err);
    let ran = place.aev(&["docs", "sorce", "webhook"]).ended(2);
    assert!(ran.err.contains("did you mean `source`?"), "{}", ran.err);
}

#[test]
fn types_are_listed_by_provider_and_shown_one_by_one() {
    let place = Place::new();
    let all = place.aev(&["docs", "argo"]).ended(0);
    for line in ["Types\n", "  argo.Workflow  ", "  argo.CronWorkflow "] {
        assert!(all.out.contains(line), "`{line}` is not in\n{}", all.out);
    }
    let of_source = place.aev(&["docs", "type", "github"]).ended(0);
    assert!(of_source.out.contains("  github.Repository "), "{}", of_source.out);
    assert!(!of_source.out.contains("source github"), "{}", of_source.out);
    let one = place.aev(&["docs", "type", "github.Repository"]).ended(0);
    for line in ["type github.Repository\n", "  full_name: string\n", "  owner: github.User\n"] {
        assert!(one.out.contains(line), "`{line}` is not in\n{}", one.out);
    }
    let json = place.aev(&["docs", "k8s.Pod", "--format", "json"]).ended(0);
    let page = &json.lines()[0];
    assert_eq!((&page["sort"], &page["name"]), (&"type".into(), &"k8s.Pod".into()));
    let rows = page["sections"][0]["rows"].as_array().unwrap();
    let spec = rows.iter().find(|row| row["name"] == "spec").unwrap();
    assert_eq!(spec["type"], "k8s.PodSpec");

    let ran = place.aev(&["docs", "k8s.Pods"]).ended(2);
    assert!(ran.err.contains("did you mean `k8s.Pod`?"), "{}", ran.err);
}
