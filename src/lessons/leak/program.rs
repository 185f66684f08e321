//! The post's program. This file is the listing that the page shows, and the code that it runs.
//!
//! `//~` names the wait point on a line, `//?` says under which knobs the line is in effect: see `lessons::listing`.

use crate::executor::input::never;
use crate::executor::spawn::go;
use crate::lessons::leak::habits::{Fate, Request, Worker};
use crate::select;
use crate::sync::chan::{self, Sender};
use crate::sync::context::{self, Context};
use crate::sync::time::{after, sleep_with_progress};
use crate::sync::wait_group::WaitGroup;

//[
/// Starts a request's workers, gathers their results, and gives up at the time-out.
pub async fn parent(request: Request) {
    let (ctx, cancel) = context::with_cancel(&context::background());
    let (rc, results) = chan::make(request.capacity);
    let children = request.joins().then(WaitGroup::new); //? parent=joins
    for worker in request.workers() {
        children.iter().for_each(|group| group.add(1)); //? parent=joins
        go(child, (&ctx, &rc, children.as_ref(), worker));
    }
    let mut gathered = 0;
    let mut timer = after(request.timeout);
    loop {
        select! { //~ gather
            _ = results.receive() => {
                gathered += 1;
                if request.returns_after(gathered) { //? parent=results-or-timeout|joins
                    break; //? parent=results-or-timeout|joins
                } //? parent=results-or-timeout|joins
            },
            _ = timer.receive() => {
                cancel.cancel();
                if request.returns_at_timeout() { //? parent=at-timeout|results-or-timeout|joins
                    break; //? parent=at-timeout|results-or-timeout|joins
                } //? parent=at-timeout|results-or-timeout|joins
            },
        }
        if request.renews_timer() {
            //? timer=each-message
            timer = after(request.timeout); //? timer=each-message
        } //? timer=each-message
    }
    cancel.cancel(); //? parent=at-timeout|results-or-timeout|joins
    if let Some(children) = children {
        //? parent=joins
        children.wait().await; //~ join //? parent=joins
    } //? parent=joins
}

/// Works, and reports on `rc`.
pub async fn child(ctx: Context, rc: Sender<bool>, children: Option<WaitGroup>, worker: Worker) {
    let _done = children.as_ref().map(WaitGroup::defer_done); //? parent=joins
    loop {
        if worker.looks() && ctx.err().is_some() {
            //? listen=on & hears=once|step|wait
            return; //? listen=on & hears=once|step|wait
        } //? listen=on & hears=once|step|wait
        work(&ctx, &worker).await;
        if worker.sends_in_select() {
            //? listen=on & send=select
            select! { //~ send //? listen=on & send=select
                _ = ctx.done() => return, //? listen=on & send=select
                _ = rc.send(true) => {}, //? listen=on & send=select
            } //? listen=on & send=select
        } else {
            //? listen=off | send=naked
            rc.send(true).await; //~ send //? listen=off | send=naked
        } //? listen=off | send=naked
        if worker.is_done() {
            //? shape=one-shot
            return; //? shape=one-shot
        } //? shape=one-shot
    }
}

/// Does eight equal steps, or makes a call that hangs. Who hears the cancel ends early.
async fn work(ctx: &Context, worker: &Worker) {
    for left in worker.steps() {
        if worker.looks_at_steps() && ctx.err().is_some() {
            //? listen=on & hears=step
            return; //? listen=on & hears=step
        } //? listen=on & hears=step
        match (worker.fate, worker.listens_in_waits()) {
            (Fate::Works, false) => sleep_with_progress(worker.step, left).await, //~ work //? listen=off | hears=never|once|step
            (Fate::Hangs, false) => never().await, //~ call //? listen=off | hears=never|once|step
            (Fate::Works, true) => select! { //~ work //? listen=on & hears=wait
                _ = ctx.done() => return, //? listen=on & hears=wait
                _ = after(worker.step).receive() => {}, //? listen=on & hears=wait
            }, //? listen=on & hears=wait
            (Fate::Hangs, true) => select! { //~ call //? listen=on & hears=wait
                _ = ctx.done() => return, //? listen=on & hears=wait
                _ = never() => {}, //? listen=on & hears=wait
            }, //? listen=on & hears=wait
        }
    }
}
//]
