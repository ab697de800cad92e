//! Any YAML is read or refused; what is read comes back as it went, and what is lifted is emitted and lifted the same.

#![no_main]

use aev_argo::lift::Document;
use aev_argo::yaml;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(nodes) = yaml::parse(text, 0) else { return };
    let written = yaml::stream(&nodes);
    assert_eq!(yaml::parse(&written, 0).as_ref(), Ok(&nodes), "{written}");
    let Ok((plan, _)) = lift(text) else { return };
    fuzz::holds(&plan);
    let Ok(manifests) = aev_argo::emit(&plan) else { return };
    // What is emitted is valid, and as good as what it was made from.
    assert_eq!(aev_argo::validate(&manifests), []);
    let emitted = manifests.to_yaml();
    let (again, _) = lift(&emitted).unwrap_or_else(|found| panic!("{found:?}\n{emitted}"));
    let once_more = aev_argo::emit(&again).map(|manifests| manifests.to_yaml());
    assert_eq!(once_more, Ok(emitted));
});

fn lift(text: &str) -> Result<(aev_plan::Plan, Vec<aev_argo::lift::Finding>), Vec<aev_argo::lift::Finding>> {
    aev_argo::lift(&[Document { name: "fuzz.yaml", text }])
}
