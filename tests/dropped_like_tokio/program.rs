//! One request of several children, in the words that both sides have: this text is compiled once with the playground's own
//! vocabulary and once with tokio's, each of which `super` brings.

use super::*;

/// Starts the children, gathers their results until the time-out, and then does what its way of cancelling is.
pub(super) async fn parent(log: Log, case: Case) {
    let me = Me::new(&log, PARENT);
    let token = CancellationToken::new();
    let lock = Mutex::new(0);
    let (results, mut gathered) = mpsc::channel(CHILDREN);
    let mut handles = Vec::new();
    let mut set = JoinSet::new();
    let mut own = Vec::new();
    for number in 0..CHILDREN as u32 {
        let given = (Me::new(&log, number), token.clone(), lock.clone(), results.clone(), case.job(number));
        match case.way {
            Way::Set => set.spawn(child, given),
            Way::Own | Way::Race => own.push(Box::pin(child(given.0, given.1, given.2, given.3, given.4))),
            Way::Detached => drop(spawn(child, given)),
            _ => handles.push(spawn(child, given)),
        }
    }
    drop(results);
    drop(lock);
    let _guard = (case.way == Way::Guard).then(|| token.clone().drop_guard());
    match case.way {
        Way::Own => {
            let in_time = timeout(case.patience(), join_all(own)).await.is_ok();
            me.say(if in_time { "has all" } else { "gives up" });
        }
        Way::Race => select! {
            biased;
            _ = sleep(case.patience()) => me.say("gives up"),
            _ = join_all(own) => me.say("has all"),
        },
        _ => {
            let gather = async {
                while gathered.recv().await.is_some() {
                    me.say("has one");
                }
            };
            let in_time = timeout(case.patience(), gather).await.is_ok();
            me.say(if in_time { "has all" } else { "gives up" });
        }
    }
    match case.way {
        Way::Looked | Way::Awaited => token.cancel(),
        Way::Abort => handles.iter().for_each(|handle| handle.abort()),
        Way::AbortAndJoin => {
            handles.iter().for_each(|handle| handle.abort());
            for handle in handles {
                me.say(if handle.await.is_ok() { "joins one" } else { "joins one that was dropped" });
            }
        }
        _ => {}
    }
    me.ends();
}

/// Works at its place, and reports.
async fn child(me: Me, token: CancellationToken, lock: Mutex<u32>, results: mpsc::Sender<u32>, job: Job) {
    if job.hears == Hears::Awaits {
        select! {
            biased;
            _ = token.cancelled() => {
                me.say("hears it");
                return me.ends();
            },
            _ = work(&me, &token, &lock, &job) => {},
        }
    } else {
        work(&me, &token, &lock, &job).await;
    }
    if job.looks() && token.is_cancelled() {
        me.say("hears it");
        return me.ends();
    }
    let sent = results.send(me.who).await;
    me.say(if sent.is_ok() { "reports" } else { "reports to nobody" });
    me.ends();
}

async fn work(me: &Me, token: &CancellationToken, lock: &Mutex<u32>, job: &Job) {
    match job.place {
        Place::AtAwait => steps(me, token, job).await,
        Place::Between => {
            call(job, STEPS).await;
            for step in 0..STEPS {
                me.gets_to(step + 1);
            }
        }
        Place::Lock => {
            let mut guard = lock.lock().await;
            me.say("has the lock");
            *guard += 1;
            steps(me, token, job).await;
            *guard += 1;
        }
        Place::Drains => {
            let (own, mut queue) = mpsc::channel(STEPS as usize);
            for step in 0..STEPS {
                let _ = own.send(step).await;
            }
            let _kept = job.hangs.then(|| own.clone());
            drop(own);
            while let Some(step) = queue.recv().await {
                sleep(job.step()).await;
                me.gets_to(step + 1);
            }
        }
    }
}

async fn steps(me: &Me, token: &CancellationToken, job: &Job) {
    for step in 0..STEPS {
        if job.looks() && token.is_cancelled() {
            return;
        }
        call(job, 1).await;
        me.gets_to(step + 1);
    }
}

/// A call of so many steps, or one that is never answered.
async fn call(job: &Job, steps: u32) {
    if job.hangs {
        pending::<()>().await;
    }
    sleep(job.step() * steps).await;
}
