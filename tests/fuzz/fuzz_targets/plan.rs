//! Plan JSON from anywhere: what is read is written and read again, drawn, emitted or refused, and prepared or refused.

#![no_main]

use aev_plan::wire::from_json;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(plan) = from_json(text) else { return };
    fuzz::holds(&plan);
    match aev_argo::emit(&plan) {
        Ok(manifests) => {
            let yaml = manifests.to_yaml();
            assert_eq!(aev_argo::emit(&plan).map(|again| again.to_yaml()), Ok(yaml.clone()));
            aev_argo::yaml::parse(&yaml, 0).unwrap_or_else(|error| panic!("{error:?}\n{yaml}"));
        }
        Err(refused) => assert!(!refused.is_empty()),
    }
});
