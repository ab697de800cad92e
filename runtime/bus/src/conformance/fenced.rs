//! A handle that no longer has its lane.

use super::{Setup, Verdict, ids, positions, said, same, send, spec, take};
use crate::error::{BusError, CommitError};
use crate::lane::Commit;
use std::time::Duration;

/// A lane that is opened again takes over.
pub async fn an_older_handle_is_fenced(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut old = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    send(&*bus, "a", "1").await?;
    let taken = positions(&take(&mut *old, 1).await?);
    let mut new = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    same("old", old.commit(Commit { ack: taken, ..Commit::default() }).await, Err(CommitError::Fenced))?;
    same("new", ids(&take(&mut *new, 1).await?), vec!["1".to_owned()])
}

/// How a handle loses its lane.
#[derive(Clone, Copy, Debug)]
enum Way {
    Opened,
    Renamed,
    Forgotten,
}

/// Whoever has nothing to do and waits for an event is told that somebody else has the lane, and so is who asks afterwards.
pub async fn who_waits_learns_that_the_lane_is_gone(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    for way in [Way::Opened, Way::Renamed, Way::Forgotten] {
        let trigger = format!("{way:?}");
        let name = spec(&trigger, &[]).name();
        let mut old = bus.lane(spec(&trigger, &["a"])).await.map_err(said)?;
        let waiting = tokio::spawn(async move {
            let told = old.next(1).await.map(|events| ids(&events));
            (told, old.next(1).await.map(|events| ids(&events)))
        });
        // Whether it waits already makes no difference to what it is told.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let opened = match way {
            Way::Opened => Some(bus.lane(spec(&trigger, &["a"])).await.map_err(said)?),
            Way::Renamed => {
                let new = spec("new", &["a"]);
                same("renamed", bus.rename_lane(&name, new).await.map_err(said)?, true)?;
                None
            }
            Way::Forgotten => {
                bus.forget_lane(&name).await.map_err(said)?;
                None
            }
        };
        let told = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        let told = told.map_err(|_| format!("{way:?}: nobody was told"))?.map_err(said)?;
        same(&trigger, told, (Err(BusError::Fenced), Err(BusError::Fenced)))?;
        drop(opened);
    }
    Ok(())
}
