"""The comments of the demo data: short sentences written for it, and a few nasty ones.

``OPENINGS[lang][tone]`` and ``DETAILS[lang][tone][topic]`` have the same shape in both
languages. The tones are those of promoters, passives and detractors; the topics are the
drivers, in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxkit.sources.demo.panel import generator, group
from cxkit.sources.demo.story import COMMENT_RATES
from cxkit.sources.demo.words import RATED, Lang

if TYPE_CHECKING:
    from cxkit.sources.demo.panel import Answers, Texts

__all__ = ["DETAILS", "NASTY", "OPENINGS", "comments"]

OPENINGS: dict[Lang, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("", "Very happy. ", "Keep it up! ", "Thank you. "),
        ("", "Fine overall. ", "It does the job. ", "Not bad, but: "),
        ("", "Disappointed. ", "Never again. ", "I expected better. "),
    ),
    "fr": (
        ("", "Très content. ", "Continuez ainsi ! ", "Merci. "),
        ("", "Correct dans l’ensemble. ", "Cela fait l’affaire. ", "Pas mal, mais : "),
        ("", "Déçu. ", "Plus jamais. ", "Je m’attendais à mieux. "),
    ),
}

DETAILS: dict[Lang, tuple[tuple[tuple[str, str], ...], ...]] = {
    "en": (
        (
            ("Someone answered within a minute.", "No queue at all."),
            ("The adviser knew my file by heart.", "Your staff are kind and clear."),
            ("A fair price for what you get.", "Good value, no hidden cost."),
            ("The product is solid and easy to use.", "It works exactly as promised."),
            ("The parcel came a day early.", "Delivered on time and well packed."),
            ("The app is simple and quick.", "I do everything from the app."),
        ),
        (
            ("The wait was a little long.", "It took two calls to get through."),
            ("Polite staff, not always informed.", "I had to explain my case twice."),
            ("Slightly more expensive than elsewhere.", "The invoice could be clearer."),
            ("The product is decent, no more.", "One feature is still missing."),
            ("The delivery slot was vague.", "The box was a bit damaged."),
            ("The app logs me out often.", "The app could show past orders."),
        ),
        (
            ("Forty minutes on hold, then cut off.", "I waited three weeks for an answer."),
            ("The agent was rude and hung up.", "Nobody takes charge of my problem."),
            ("The price went up without notice.", "I was charged twice."),
            ("It broke after ten days.", "The product is nothing like the description."),
            ("The parcel never arrived.", "Delivered late, to the wrong address."),
            ("The app crashes at every payment.", "Impossible to sign in to the app."),
        ),
    ),
    "fr": (
        (
            ("On m’a répondu en moins d’une minute.", "Aucune attente."),
            ("La conseillère connaissait mon dossier.", "Une équipe aimable et claire."),
            ("Un prix juste pour le service rendu.", "Bon rapport qualité-prix, sans frais cachés."),
            ("Le produit est solide et facile à utiliser.", "Il fait exactement ce qui est promis."),
            ("Le colis est arrivé un jour plus tôt.", "Livré à l’heure et bien emballé."),
            ("L’appli est simple et rapide.", "Je fais tout depuis l’appli."),
        ),
        (
            ("L’attente était un peu longue.", "Il a fallu deux appels pour vous joindre."),
            ("Personnel poli, pas toujours bien informé.", "J’ai dû expliquer mon cas deux fois."),
            ("Un peu plus cher qu’ailleurs.", "La facture pourrait être plus claire."),
            ("Le produit est correct, sans plus.", "Il manque encore une fonction."),
            ("Le créneau de livraison était vague.", "Le carton était un peu abîmé."),
            ("L’appli me déconnecte souvent.", "L’appli pourrait montrer les anciennes commandes."),
        ),
        (
            ("Quarante minutes d’attente, puis coupé.", "Trois semaines pour avoir une réponse."),
            ("L’agent a été impoli et a raccroché.", "Personne ne prend mon problème en charge."),
            ("Le prix a augmenté sans prévenir.", "J’ai été débité deux fois."),
            ("En panne au bout de dix jours.", "Le produit ne ressemble en rien à la description."),
            ("Le colis n’est jamais arrivé.", "Livré en retard, à la mauvaise adresse."),
            ("L’appli plante à chaque paiement.", "Impossible de se connecter à l’appli."),
        ),
    ),
}

# What real exports contain and what a report must survive: markup, a spreadsheet formula, quotes
# and separators, line ends, emoji, a bidi override (escaped, or this file could not be read), and
# personal details to mask. Reserved domain and never-assigned telephone numbers only.
NASTY: dict[Lang, tuple[str, ...]] = {
    "en": (
        "<script>alert(1)</script>",
        '=HYPERLINK("https://example.com/","click here")',
        'She said "it\'s fine"; then: nothing, for weeks;',
        "Great service \N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} \N{PARTY POPPER}",
        "Reversed: \u202eegassem siht daer\u202c, they said",
        "First line\nsecond line\twith a tab",
        "Please write to jane.doe@example.com or call 020 7946 0123",
        "<b>Bold</b> & **starred** $x_1$",
    ),
    "fr": (
        "<script>alert(1)</script>",
        '=HYPERLINK("https://example.com/";"cliquez ici")',
        'On m’a dit « tout va bien » ; puis : "rien", pendant des semaines ;',
        "Super service \N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} \N{PARTY POPPER}",
        "À l’envers : \u202eegassem ec zesil\u202c, disaient-ils",
        "Première ligne\nseconde ligne\tavec une tabulation",
        "Écrivez à jeanne.dupont@example.com ou appelez le 01 99 00 12 34",
        "<b>Gras</b> & **étoiles** $x_1$",
    ),
}


def comments(answers: Answers, seed: int, lang: Lang) -> Texts:
    """A text or None for each row, about the best or the worst rated driver."""
    import numpy as np

    rng = generator(seed, 1)
    size = answers.customer.size
    mood = np.where(answers.missing[:, 0], 1, group(answers.ratings[:, 0]))
    written = np.flatnonzero(rng.random(size) < np.array(COMMENT_RATES)[mood])
    tone = mood[written]
    # Ties between drivers are broken at random; the happy talk of what is best.
    felt = answers.ratings[written, 3:] + 0.5 * rng.random((written.size, len(RATED) - 3))
    topic = np.where(tone == 0, felt.argmax(axis=1), felt.argmin(axis=1))
    openings, details = np.array(OPENINGS[lang], dtype=object), np.array(DETAILS[lang], dtype=object)
    opening = np.floor(rng.random(written.size) * openings.shape[1]).astype(np.int64)
    variant = np.floor(rng.random(written.size) * details.shape[2]).astype(np.int64)
    texts = openings[tone, opening] + details[tone, topic, variant]
    nasty = np.argsort(rng.random(written.size), kind="stable")[: len(NASTY[lang])]
    texts[nasty] = NASTY[lang][: nasty.size]
    column = np.full(size, None, dtype=object)
    column[written] = texts
    return column
