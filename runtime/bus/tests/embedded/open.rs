//! Opening a directory that is in use, too new, no directory, or somebody else's.

use aev_bus::{Bus, BusError, Embedded, Options};

fn refused(dir: &std::path::Path) -> BusError {
    match Embedded::open(Options::new(dir)) {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn two_cannot_have_one_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = Embedded::open(Options::new(dir.path())).unwrap();
    assert_eq!(refused(dir.path()), BusError::Locked { dir: dir.path().to_owned() });
    first.close().await;
    Embedded::open(Options::new(dir.path())).unwrap();
}

#[tokio::test]
async fn a_newer_format_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    Embedded::open(Options::new(dir.path())).unwrap().close().await;
    std::fs::write(dir.path().join("format"), "aev-bus 2\n").unwrap();
    assert_eq!(refused(dir.path()), BusError::Newer { dir: dir.path().to_owned(), found: 2, known: 1 });
    assert_eq!(std::fs::read_to_string(dir.path().join("format")).unwrap(), "aev-bus 2\n");
}

#[test]
fn a_file_is_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "text").unwrap();
    for path in [file.clone(), file.join("below")] {
        let message = refused(&path).to_string();
        assert!(
            message.contains("it is a file") && message.contains(&path.display().to_string()),
            "{message}"
        );
    }
}

#[test]
fn a_directory_with_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("format"), "PNG").unwrap();
    assert!(refused(dir.path()).to_string().contains("something else than a bus"));
}
