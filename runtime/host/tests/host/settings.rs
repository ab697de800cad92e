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
    assert_eq!(flagged[10], "log = error (flag --log)");
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
