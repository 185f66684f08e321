//! Every lesson of the registry, against what must hold of any lesson.

mod every_lesson;

use pileup::lessons;

#[test]
fn every_lesson_of_the_registry_is_whole() {
    for lesson in lessons::all() {
        every_lesson::check(&lesson);
    }
}

#[test]
fn every_lesson_is_found_by_its_name() {
    let names: Vec<_> = lessons::all().iter().map(|lesson| lesson.name.clone()).collect();
    for name in &names {
        assert_eq!(lessons::by_name(name).map(|lesson| lesson.name.clone()).as_ref(), Some(name));
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name} stands there twice");
    }
    assert!(lessons::by_name("no such lesson").is_none());
    assert_eq!(lessons::first().name, names[0]);
}
