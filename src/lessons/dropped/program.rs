//! A request and its tasks, cancelled as Rust does it. This file is the listing that the page shows, and the code that it
//! runs.
//!
//! `//~` names the wait point on a line, `//?` says under which knobs the next line or block is in effect: see
//! `lessons::listing`.

use crate::executor::input::never;
use crate::lessons::dropped::behaviour::{Place, Request, STEPS, Worker};
use crate::sync::rust::cancellation::CancellationToken;
use crate::sync::rust::join_set::JoinSet;
use crate::sync::rust::mpsc::{self, Sender};
use crate::sync::rust::mutex::Mutex;
use crate::sync::rust::race::{select, timeout};
use crate::sync::rust::task::{JoinHandle, spawn};
use crate::sync::rust::unfinished::Unfinished;
use crate::sync::time::sleep_with_progress;

//[
/// Serves a client. One that hangs up drops its request, at whatever await that is.
pub async fn serve(request: Request) {
    //? hangup!=0
    if let Some(hangs_up) = request.hangs_up {
        let _ = timeout(hangs_up, handle(&request)).await; //~ client
        return;
    }
    handle(&request).await;
}

/// Starts a request's tasks, gathers their results, and gives up at the time-out.
async fn handle(request: &Request) {
    let token = CancellationToken::new();
    token.is_of_request(); //-
    let lock = Mutex::new(0);
    let (results, mut gathered) = mpsc::channel(1);
    //? cancel=on & how=guard
    let _guard = request.is_guarded().then(|| token.clone().drop_guard());
    //? how!=structured
    let mut handles = Vec::new();
    //? how=structured
    let mut children = JoinSet::new();
    for worker in request.workers() {
        let given = (&token, &lock, &results, worker);
        match request.is_structured() {
            //? how=structured
            true => children.spawn(child, given),
            //? how!=structured
            false => handles.push(spawn(child, given)),
        }
    }
    drop(results);
    let gather = async {
        while gathered.recv().await.is_some() {} //~ gather
    };
    let _ = timeout(request.timeout, gather).await; //~ timeout
    drop(gathered);
    //? cancel=on & how=looks|token
    if request.asks() {
        token.cancel();
    }
    //? cancel=on & how=abort
    if request.aborts() {
        handles.iter().for_each(JoinHandle::abort);
    }
} // A handle that is dropped here stops nobody. A set does.

/// Works, and reports; when nobody receives any more, the send ends too.
async fn child(token: CancellationToken, lock: Mutex<u32>, results: Sender<u32>, worker: Worker) {
    match worker.listens() {
        //? cancel=on & how=token|guard
        true => select! {
            biased;
            _ = token.cancelled() => return, //~ cancelled
            _ = work(&token, &lock, &worker) => {},
        },
        //? cancel=off | how!=token|guard
        false => work(&token, &lock, &worker).await,
    }
    let _ = results.send(STEPS).await; //~ send
}

async fn work(token: &CancellationToken, lock: &Mutex<u32>, worker: &Worker) {
    match worker.place() {
        //? where=await
        Place::Await => steps(token, worker).await,
        //? where=between
        Place::Between => {
            for left in worker.steps() {
                call(worker, left).await;
            }
            // No await between these lines, so nobody is dropped there.
            let entry = Unfinished::begin();
            entry.finish();
        }
        //? where=lock
        Place::Lock => {
            let mut guard = lock.lock().await; //~ lock
            steps(token, worker).await;
            *guard += 1;
        }
        //? where=drain
        Place::Drain => {
            let (own, mut queue) = mpsc::channel(STEPS as usize);
            for left in worker.steps() {
                let _ = own.send(left).await;
            }
            let kept = worker.hangs.then(|| own.clone()); // A channel ends with its last sender.
            drop(own);
            loop {
                let Some(left) = queue.recv().await else { break }; //~ take
                let entry = Unfinished::begin();
                sleep_with_progress(worker.step, left).await; //~ work
                entry.finish();
            }
            drop(kept);
        }
    }
}

/// Eight steps of one entry, which is half done from the first to the last.
async fn steps(token: &CancellationToken, worker: &Worker) {
    let entry = Unfinished::begin();
    for left in worker.steps() {
        //? cancel=on & how=looks
        if worker.looks() && token.is_cancelled() {
            break; // Who is asked can put away what it began. Who is dropped cannot.
        }
        call(worker, left).await;
    }
    entry.finish();
}

/// One step; or a call that is never answered.
async fn call(worker: &Worker, left: u32) {
    match worker.hangs {
        false => sleep_with_progress(worker.step, left).await, //~ work
        true => never().await,                                 //~ call
    }
}
//]
