#include "common/mail/language.h"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("a few sentences tell the language") {
    const std::pair<const char*, const char*> samples[] = {
        {"en",
         "Dear customer, your invoice for this month is attached. Please let us know if you have any "
         "questions."},
        {"de",
         "Sehr geehrte Damen und Herren, anbei erhalten Sie die Rechnung für den letzten Monat. Bitte melden "
         "Sie sich."},
        {"fr",
         "Bonjour, vous trouverez ci-joint la facture du mois dernier. Merci de nous contacter si vous avez "
         "des questions."},
        {"es",
         "Hola, le enviamos la factura del mes pasado. Si tiene alguna pregunta, no dude en ponerse en "
         "contacto con nosotros."},
        {"it",
         "Buongiorno, in allegato trova la fattura del mese scorso. Se ha delle domande non esiti a "
         "contattarci."},
        {"pt",
         "Olá, segue em anexo a fatura do mês passado. Se você tiver alguma dúvida, não hesite em falar com "
         "a nossa equipe."},
        {"nl",
         "Beste klant, in de bijlage vindt u de factuur van vorige maand. Neem gerust contact met ons op als "
         "u vragen hebt."},
        {"pl",
         "Dzień dobry, w załączniku przesyłamy fakturę za ostatni miesiąc. Prosimy o kontakt, jeśli ma pan "
         "pytania."},
        {"sv",
         "Hej, här kommer fakturan för förra månaden. Hör gärna av dig till oss om du har några frågor om "
         "den."},
        {"da",
         "Hej, her kommer fakturaen for sidste måned. Skriv gerne til os, hvis du har nogle spørgsmål om "
         "den."},
        {"no",
         "Hei, her kommer fakturaen for forrige måned. Ta gjerne kontakt med oss hvis du har noen spørsmål "
         "om den."},
        {"fi",
         "Hei, tässä on lasku viime kuulta. Ota meihin yhteyttä, jos sinulla on kysyttävää, niin autamme "
         "mielellämme."},
        {"cs",
         "Dobrý den, v příloze posíláme fakturu za minulý měsíc. Pokud máte nějaké otázky, prosím napište "
         "nám."},
        {"sk",
         "Dobrý deň, v prílohe posielame faktúru za minulý mesiac. Ak máte nejaké otázky, napíšte nám, "
         "prosím."},
        {"ro",
         "Bună ziua, vă trimitem factura pentru luna trecută. Dacă aveți întrebări, ne puteți scrie oricând, "
         "mulțumesc."},
        {"hu",
         "Tisztelt Ügyfelünk, mellékelten küldjük az elmúlt havi számlát. Ha kérdése van, kérjük, írjon "
         "nekünk."},
        {"tr",
         "Merhaba, geçen ayın faturasını ekte gönderiyoruz. Sorularınız varsa lütfen bizimle iletişime "
         "geçin, teşekkürler."},
        {"hr",
         "Dobar dan, u privitku vam šaljemo račun za prošli mjesec. Ako imate pitanja, slobodno nam se "
         "javite."},
        {"vi",
         "Xin chào, chúng tôi gửi cho bạn hóa đơn của tháng trước. Nếu bạn có câu hỏi, hãy liên hệ với chúng "
         "tôi."},
        {"ru",
         "Здравствуйте, высылаем вам счёт за прошлый месяц. Если у вас есть вопросы, пожалуйста, напишите "
         "нам."},
        {"uk",
         "Доброго дня, надсилаємо вам рахунок за минулий місяць. Якщо у вас є запитання, напишіть нам, будь "
         "ласка."},
        {"bg",
         "Добър ден, изпращаме ви фактурата за миналия месец. Ако имате въпроси, моля пишете ни, ще "
         "отговорим бързо."},
        {"el",
         "Καλημέρα σας, σας στέλνουμε το τιμολόγιο του προηγούμενου μήνα. Αν έχετε ερωτήσεις, επικοινωνήστε "
         "μαζί μας."},
        {"he", "שלום רב, מצורפת החשבונית של החודש שעבר. אם יש לך שאלות, אנא צור איתנו קשר בכל עת."},
        {"ar", "مرحبا، نرسل إليكم فاتورة الشهر الماضي. إذا كانت لديكم أي أسئلة فلا تترددوا في الاتصال بنا."},
        // clang-format off
        {"fa", "سلام، صورتحساب ماه گذشته را برای شما می‌فرستیم. اگر پرسشی دارید لطفا با ما تماس بگیرید."},
        // clang-format on
        {"zh", "您好，附件是上个月的发票。如果您有任何问题，请随时与我们联系。谢谢您的支持。"},
        {"ja",
         "お世話になっております。先月分の請求書をお送りします。ご不明な点がございましたらご連絡ください。"},
        {"ko", "안녕하세요, 지난달 청구서를 보내 드립니다. 궁금한 점이 있으시면 언제든지 연락해 주세요."},
    };
    for (const auto& [language, text] : samples) {
        INFO(text);
        CHECK(languageOf(text) == language);
    }
}

TEST_CASE("nothing is said of what is short, mixed or no language") {
    CHECK(languageOf("").empty());
    CHECK(languageOf("Please see the attached file.").empty());
    CHECK(languageOf("12345 67890 --- *** 2026-11-02 14:00 +49 30 1234567 1234567890 1234567890 1234567890")
              .empty());
    CHECK(languageOf("qwrtz plmkn bvcxy trewq zhnji mkolp qayws edcrf vtgbz hnujm ikolq wertz uiopa sdfgh")
              .empty());
    CHECK(
        languageOf(
            "https://example.com/the/and/of/with/your/this/that/from http://example.org/have/been/will/would")
            .empty());
    CHECK(languageOf("Please find the invoice in the attachment Здравствуйте высылаем вам счёт за месяц")
              .empty());
    CHECK(languageOf(std::string(5000, '\xFF')).empty());
}

TEST_CASE("capitals, loose accents and broken bytes do not matter") {
    CHECK(
        languageOf("SEHR GEEHRTE DAMEN UND HERREN, ANBEI ERHALTEN SIE DIE RECHNUNG FÜR DEN LETZTEN MONAT.") ==
        "de");
    CHECK(languageOf(
              "Sélectionnez la pièce jointe pour voir la facture du mois passé, merci de nous contacter.") ==
          "fr");
    CHECK(languageOf(
              "the \xFF invoice for this month is \xC3 attached, please let us know if you have questions") ==
          "en");
}

TEST_CASE("each limit holds") {
    const std::string english =
        "Please let us know if you have any questions about the invoice of this month. ";
    LanguageLimits limits;
    limits.bytes = english.size();
    CHECK(languageOf(english + std::string(20000, 'x'), limits) == "en");
    limits.bytes = 20;
    CHECK(languageOf(english, limits).empty());
    limits = {};
    limits.letters = 1000;
    CHECK(languageOf(english, limits).empty());
    limits.letters = 5;
    CHECK(languageOf("the end of the", limits) == "en");
}
