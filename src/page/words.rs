//! The words of a language, as the page gets them: `static/failure.js` asks for the file that the reader needs as soon as
//! there is a document, the page as one file carries both.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::text::Language;
use crate::text::words;

#[wasm_bindgen]
extern "C" {
    /// What the file of this language says.
    #[wasm_bindgen(js_name = wordsOf, catch)]
    async fn words_of(tag: &str) -> Result<JsValue, JsValue>;
}

/// Makes the program speak a language.
///
/// # Errors
/// Its file did not come, or is of another version of the page: what the browser said, or which line does not fit.
pub(crate) async fn learn(language: Language) -> Result<(), JsValue> {
    let file = words_of(language.tag()).await?.as_string().unwrap_or_default();
    let misfit = |line: usize| ["words.", language.tag(), ".txt: ", &line.to_string()].concat();
    words::learn(language, file).map_err(|found| misfit(found.line).into())
}
