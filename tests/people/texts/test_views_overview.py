"""The list of the operator's texts for the office."""


def test_the_office_sees_which_texts_are_its_own(browser):
    browser.sign_in("administrator")
    before = browser.get("/admin/texts").text
    assert before.count("noch die Vorlage") == 6
    browser.post("/texts/imprint/change", {"language": "de", "source": "Stadt Ahlen"})
    after = browser.get("/admin/texts").text
    assert after.count("noch die Vorlage") == 5
    assert after.count("eigener Text vom") == 1
    assert 'href="/texts/imprint/change?language=en"' in after


def test_for_everybody_else_the_list_is_not_there(browser):
    browser.sign_in("facilitator")
    assert browser.get("/admin/texts").status_code == 404
