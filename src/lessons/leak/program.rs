//! The post's program. This file is the listing that the page shows, and the code that it runs.
//!
//! `//~` names the wait point on a line, `//?` says under which knobs the next line or block is in effect: see
//! `lessons::listing`.

use crate::executor::input::never;
use crate::executor::spawn::go;
use crate::executor::state;
use crate::lessons::leak::behaviour::Outcome::{Hangs, Works};
use crate::lessons::leak::behaviour::Waits::{Deaf, Listening};
use crate::lessons::leak::behaviour::{Request, Send, Worker};
use crate::select;
use crate::sync::chan::{self, Sender};
use crate::sync::context::{self, Context};
use crate::sync::time::{after, sleep_with_progress};
use crate::sync::wait_group::WaitGroup;

//[
/// Starts a request's workers, gathers their results, and gives up at the time-out.
pub async fn parent(request: Request) {
    let (ctx, cancel) = context::with_cancel(&context::background());
    context::of_request(&ctx); //-
    let (rc, results) = chan::make(request.capacity);
    //? parent=joins
    let children = request.joins().then(WaitGroup::new);
    for worker in request.workers() {
        //? parent=joins
        children.iter().for_each(|group| group.add(1));
        go(child, (&ctx, &rc, children.as_ref(), worker));
    }
    let mut gathered = 0;
    let mut timer = after(request.timeout);
    loop {
        state::declare(&[request.remembers(gathered)]); //-
        select! { //~ gather
            _ = results.receive() => {
                gathered += 1;
                //? parent=results-or-timeout|joins
                if request.returns_after(gathered) {
                    break;
                }
            },
            _ = timer.receive() => {
                cancel.cancel();
                //? parent=at-timeout|results-or-timeout|joins
                if request.returns_at_timeout() {
                    break;
                }
            },
        }
        //? timer=each-message
        if request.renews_timer() {
            timer = after(request.timeout);
        }
    }
    //? parent=at-timeout|results-or-timeout|joins
    cancel.cancel();
    //? parent=joins
    if let Some(children) = children {
        state::declare(&[]); //-
        children.wait().await; //~ join
    }
}

/// Works, and reports on `rc`.
pub async fn child(ctx: Context, rc: Sender<bool>, children: Option<WaitGroup>, worker: Worker) {
    //? parent=joins
    let _done = children.as_ref().map(WaitGroup::defer_done);
    loop {
        //? listen=on & hears=once|step|wait
        if worker.looks() && ctx.err().is_some() {
            return;
        }
        work(&ctx, &worker).await;
        state::declare(&[]); //-
        match worker.sends() {
            //? listen=off | send=naked
            Send::Naked => rc.send(true).await, //~ send
            //? listen=on & send=select
            Send::Select => select! { //~ send
                _ = ctx.done() => return,
                _ = rc.send(true) => {},
            },
        }
        //? shape=one-shot
        if worker.is_done() {
            return;
        }
    }
}

/// Does eight equal steps, or makes a call that hangs. Who hears the cancel ends early.
async fn work(ctx: &Context, worker: &Worker) {
    for left in worker.steps() {
        //? listen=on & hears=step
        if worker.looks_at_steps() && ctx.err().is_some() {
            return;
        }
        match (worker.outcome, worker.waits()) {
            //? listen=off | hears=never|once|step
            (Works, Deaf) => sleep_with_progress(worker.step, left).await, //~ work
            //? listen=off | hears=never|once|step
            (Hangs, Deaf) => never().await, //~ call
            //? listen=on & hears=wait
            (Works, Listening) => select! { //~ work
                _ = ctx.done() => return,
                _ = after(worker.step).receive() => {},
            },
            //? listen=on & hears=wait
            (Hangs, Listening) => select! { //~ call
                _ = ctx.done() => return,
                _ = never() => {},
            },
        }
    }
}
//]
