//! Which layer wins, and who said what.

use aev_host::settings::{BusAddress, Name};
use aev_host::{Layers, Settings};

fn layers() -> Layers {
    Layers {
        flags: vec![],
        environment: [("AEV_LOG", "info"), ("AEV_BIND", ""), ("PATH", "/bin")]
            .map(|(k, v)| (k.into(), v.into()))
            .into(),
        env_file: Some((
            "x.env".into(),
            "# text\n\nAEV_BIND = \"0.0.0.0\"\nAEV_LOG=debug\nOTHER=1\nAEV_PORT=1=2,3=4\n".into(),
        )),
    }
}

fn rows(layers: &Layers) -> Vec<String> {
    let settings = Settings::resolve(layers).unwrap();
    settings.rows().into_iter().map(|(name, value, from)| format!("{name} = {value} ({from})")).collect()
}

#[test]
fn each_value_knows_where_it_came_from() {
    let mut layers = layers();
    let wanted = [
        "bus = embedded:.aev/bus (default)",
        "bind = 0.0.0.0 (env file x.env:3)",
        "port = 1=2, 3=4 (env file x.env:6)",
        "secrets = none (default)",
        "objects = .aev/objects (default)",
        "connect = none (default)",
        "records = .aev/records?max-bytes=67108864 (default)",
        "control = .aev/control.sock (default)",
        "control-token = none (default)",
        "metrics = none (default)",
        "otlp = none (default)",
        "log = info (environment AEV_LOG)",
    ];
    assert_eq!(rows(&layers), wanted);
    layers.flags = vec![
        (Name::Log, "error".into()),
        (Name::Port, "5=6".into()),
        (Name::Port, "7=0".into()),
        (Name::Bus, "embedded:b?max-bytes=9".into()),
    ];
    let flagged = rows(&layers);
    assert_eq!(flagged[0], "bus = embedded:b?max-bytes=9 (flag --bus)");
    assert_eq!(flagged[2], "port = 5=6, 7=0 (flag --port)", "a higher layer replaces a lower one whole");
    assert_eq!(flagged[11], "log = error (flag --log)");
    let bus = Settings::resolve(&layers).unwrap().bus.value;
    assert_eq!(bus, BusAddress::Embedded { dir: "b".into(), max_bytes: Some(9) });
}

#[test]
fn a_wrong_value_names_its_place_and_the_right_form() {
    let of = |env_file: &str, flags: Vec<(Name, String)>| {
        let layers = Layers { flags, env_file: Some(("x.env".into(), env_file.into())), ..Layers::default() };
        Settings::resolve(&layers).unwrap_err().to_string()
    };
    assert_eq!(
        of("AEV_BIND=lo", vec![]),
        "env file x.env:1: `lo` is no IP address; write one like 127.0.0.1 or 0.0.0.0"
    );
    assert_eq!(of("\nnonsense", vec![]), "x.env:2: a line is `KEY=VALUE`, empty, or begins with `#`");
    assert!(
        of("AEV_BUSS=x", vec![])
            .starts_with("env file x.env:1: `AEV_BUSS` is no setting; there are AEV_BUS, ")
    );
    assert!(of("", vec![(Name::Port, "1=x".into())]).starts_with("flag --port: `1=x` is no pair of ports"));
    assert!(of("", vec![(Name::Bus, "stan://x".into())]).contains("write `embedded:DIR`"));
    assert!(of("", vec![(Name::Connect, "a=b".into())]).contains("HOST:PORT=ADDRESS:PORT"));
}

/// As `NAME=VALUE`.
fn in_environment(variables: &[(&str, &str)]) -> Layers {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Layers { environment: variables.collect(), ..Layers::default() }
}

#[test]
fn traces_are_set_up_by_the_variables_of_opentelemetry() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20canary"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=shop,team=ops"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
    ];
    let mut layers = in_environment(&variables);
    let otlp = |layers: &Layers| -> Vec<String> {
        rows(layers).into_iter().filter(|row| row.starts_with("otlp")).collect()
    };
    let wanted = [
        "otlp = http://collector:4318/v1/traces (environment OTEL_EXPORTER_OTLP_ENDPOINT)",
        "otlp-headers = authorization=*** (environment OTEL_EXPORTER_OTLP_HEADERS)",
        "otlp-service = shop (environment OTEL_RESOURCE_ATTRIBUTES)",
        "otlp-resource = service.name=shop,team=ops (environment OTEL_RESOURCE_ATTRIBUTES)",
        "otlp-sampler = parentbased_traceidratio 0.25 (environment OTEL_TRACES_SAMPLER)",
    ];
    assert_eq!(otlp(&layers), wanted);
    let settings = Settings::resolve(&layers).unwrap();
    assert!(!format!("{settings:?}").contains("canary"));

    layers.environment.insert("OTEL_SERVICE_NAME".into(), "till".into());
    layers.environment.insert("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT".into(), "http://traces/in".into());
    let said = otlp(&layers);
    assert_eq!(said[0], "otlp = http://traces/in (environment OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)");
    assert_eq!(said[2], "otlp-service = till (environment OTEL_SERVICE_NAME)");
    layers.environment.insert("OTEL_SDK_DISABLED".into(), "true".into());
    assert_eq!(otlp(&layers), ["otlp = none (environment OTEL_SDK_DISABLED)"]);
    layers.flags = vec![(Name::Otlp, "http://here:4318".into())];
    assert_eq!(otlp(&layers)[0], "otlp = http://here:4318/v1/traces (flag --otlp)");
    layers.flags = vec![(Name::Otlp, "none".into())];
    assert_eq!(otlp(&layers), ["otlp = none (flag --otlp)"]);
}

#[test]
fn what_is_wrong_with_traces_is_said_without_secrets() {
    const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");
    for (variables, words) in [
        (vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")], "http://127.0.0.1:4318"),
        (vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:canary@collector")], "OTEL_EXPORTER_OTLP_HEADERS"),
        (vec![ENDPOINT, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")], "http/protobuf"),
        (vec![ENDPOINT, ("OTEL_EXPORTER_OTLP_HEADERS", "canary")], "NAME=VALUE"),
        (vec![ENDPOINT, ("OTEL_TRACES_SAMPLER", "sometimes")], "parentbased_always_on"),
        (
            vec![ENDPOINT, ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "7")],
            "from 0 to 1",
        ),
    ] {
        let error = Settings::resolve(&in_environment(&variables)).unwrap_err().to_string();
        assert!(error.starts_with("environment OTEL_") && error.contains(words), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
    // Without a collector the rest is nobody's business.
    assert!(Settings::resolve(&in_environment(&[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")])).is_ok());
}
