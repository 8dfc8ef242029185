#include "common/mail/language_words.h"

#include <algorithm>
#include <unordered_map>

#include "common/base/utf8.h"

namespace weir {
namespace {

struct Words {
    std::string_view language, words;
};

constexpr std::array kWords = std::to_array<Words>({
    {"af",
     "'n aan al as asook baie by daar dat deur die dit dié een elke enige en gee geen haar het hier hierdie "
     "hom hulle hy in "
     "is kan kom maar met moet my na nie nog of om ons ook op oor reg sal se sonder sy te teen tot u uit van "
     "vir voor was "
     "wat watter weer wees word groete dankie"},
    {"ca",
     "a al als altres amb ambdós aquest aquesta aquestes aquests així bé cada com contra d de del dels des "
     "després dret ella ells "
     "el els en entre és ésser està fer fins gràcies ha haver hi i ja l la les li lliure llur llurs més "
     "mentre mitjançant mateix no "
     "nostra nostre o on per però perquè pel pels persona pot qualsevol quan que què qui s sense ser seu "
     "seva seves si sigui són sota sobre "
     "també té tenen tenir tots tot tota totes un una vostra vostre bon dia salutacions"},
    {"cs",
     "a aby ale ani ano asi až bez bude budou by byl byla bylo byly být co což další do dobrý den děkuji já "
     "jak jako je "
     "jeho jejich jen jsem jsme jsou jste již k kde kdo když která které kteří který ke mají máte má mezi "
     "mít může "
     "můžete na nad nebo není než o od po pod podle pokud pouze prosím pro proto protože před při s se si "
     "své svého tak "
     "také tento této to tohoto toto tuto u v vaše vám vás ve však více z za ze že byli každý právo všichni "
     "jakož"},
    {"da",
     "af alle at blev blive bliver da de dem den denne der deres det dette dig din dit du efter eller en end "
     "er et for "
     "fra få får ham han har havde have hendes hun hvad hver hvis hvor i ikke ind jeg kan kun man med meget "
     "mellem men mig "
     "min mit mod må ned nogen noget nogle nu når og også om op os over på selv sig sin skal skulle som så "
     "til ud uden "
     "under var ved vi vil vores være været enhver ret hilsen venlig tak kære"},
    {"de",
     "aber alle allen als also am an auch auf aus bei beim bin bis bitte dann das dass daß dem den der des "
     "die diese "
     "diesem diesen dieser dieses doch du durch ein eine einem einen einer eines er es für gegen hat haben "
     "hatte hier ich "
     "ihm ihn ihr ihre ihren ihrer im in ist jeder kann kein keine können mehr mein mit muss nach nicht noch "
     "nur oder "
     "ohne recht sehr sein seine seiner sich sie sind so soll über um und uns unter vom von vor war was wenn "
     "werden "
     "wie wir wird wurde zu zum zur zwischen grüße freundlichen geehrte"},
    {"en",
     "a about after all also an and any are as at be been before being but by can could do does every for "
     "from get had "
     "has have he her here his how i if in into is it its just like may me more must my no not now of on one "
     "only or our "
     "out please regards shall she should so some such than thank that the their them then there these they "
     "this to up "
     "was we were what when where which who will with within without would you your everyone has right hi "
     "dear"},
    {"es",
     "a al algo ante antes aquí así año años como con contra cual cuando de del desde donde dos el ella "
     "ellos en entre era "
     "es esa ese eso esta este esto está están estos fue gracias ha hace hasta hay la las le les lo los más "
     "me mi muy nada "
     "ni no nos nosotros nuestra nuestro o otra otro para pero por porque puede que qué se sea según ser si "
     "sin sobre son "
     "su sus también tanto tiene tienen toda todo todos tu un una uno usted y ya yo saludos hola persona "
     "derecho"},
    {"fi",
     "ei eivät eli en ennen että hän hänen heidän itse ja jo joka jokaisella jokainen jolla jos jossa jotka "
     "jälkeen kaikki "
     "kanssa kiitos koska kuin kun kuten kuitenkin me meidän mikä minkä minun minä mitä mutta myös ne niiden "
     "niin nyt "
     "näiden ole olen oli olla olisi on ovat pitää saa se sekä sen siitä sinun sitä tai tähän tämä tämän "
     "tulee tätä vain "
     "vaan voi voidaan vuoden yli oikeus muiden jonka joiden mukaan terveisin hei"},
    {"fr",
     "afin ai ainsi alors au aucun aussi autre autres aux avec avez avoir avons bien bonjour ce ceci cela "
     "celle ces cet "
     "cette chaque ci comme comment dans de depuis des deux doit donc dont du elle elles en encore est et "
     "été être eux "
     "fait faire il ils je jusqu la le les leur leurs lui mais merci mes moi mon même ne ni nos notre nous "
     "on ont ou où "
     "par pas peut plus pour pouvez qu quand que qui sa sans se sera ses si son sont sous sur tous tout "
     "toute très tu "
     "un une vos votre vous y à l d n s c j m cordialement droit"},
    {"gl",
     "a á ao aos as ás ata así ben cada coa coas co como con contra cos cousa da das de dende dereito desta "
     "deste do dos e "
     "el ela en entre esta estas este estes foi grazas hai libremente máis mais mesmo moi na nas nin ningún "
     "no non nos nosa "
     "noso o ou os onde outra outro para pero persoa pola polas polo polos porque pode que quen sen ser seu "
     "seus sexa sobre "
     "son sempre súa súas tamén ten toda todo todos unha unhas un vostede saúdos"},
    {"hr",
     "a ako ali bez bi bilo biti da do dok dobar dan ga gdje hvala i ih ili iz ja je jedan jer još kako kao "
     "kada kod koja "
     "koje koji kojih koju ma mi može mu na nad nakon naš ne nego nije nisu njegov njegova njihova o od oni "
     "ono ova ove "
     "ovo pa po pod poštovani prava pred pravo prema pri s sa samo se smo su sva svaki svatko sve svi svoje "
     "svog ta tako "
     "te to u uz vam vas vaš vaše već više za što će ću tko bude budu"},
    {"hu",
     "a az azt ahol aki alatt amely amelyek annak arra be benne bár csak de egy egyéb el ez ezt ezek és fel "
     "felé ha ha "
     "hanem hogy hogyan igen is itt jó ki kell kérjük köszönöm között le lehet lesz meg még mely mert mi "
     "minden mint most "
     "már más nagyon nem nincs vagy van vannak volt össze olyan ott pedig s sem szerint szemben több "
     "tisztelt után "
     "által valamint való ön önnek üdvözlettel joga személynek illetve továbbá"},
    {"it",
     "a ad agli ai al alcun alla alle allo anche anni avere bene che chi ci come con contro cosa così cui da "
     "dal dalla "
     "dalle degli dei del dell della delle dello dove due e ed era essere fare fra già gli grazie ha hanno "
     "ho i il in io "
     "la le lei lo loro lui ma me mi mia mio molto ne nei nel nella nelle no noi non nostra nostro o ogni "
     "più per perché "
     "però può quale quando quanto quella quello questa questo se sei senza si sia solo sono stata stato su "
     "sua sue sui "
     "sul sulla suo suoi tra tutti tutto un una uno vi voi è individuo diritto saluti ciao"},
    {"nl",
     "aan al alle als ben bij blijven dan dat de der deze die dit door doch dus een eens elke en er eraan "
     "geen goed haar "
     "had hebben heb heeft heel hem het hier hij hoe hun iedereen ieder ik in is je jij kan kunnen kunt maar "
     "mag meer men "
     "met mij mijn moet moeten na naar niet nog nu of om omdat ons onze ook op over per recht te tegen ten "
     "ter tot tussen u "
     "uit uw van veel voor waar wanneer was wat we wel werd wie wij wilt wordt worden zal ze zich zij zijn "
     "zijne zo "
     "zoals zonder zou groeten vriendelijke bedankt beste"},
    {"no",
     "alle at av bare ble blir da de deg dem den denne der deres det dette din ditt du eller en enn er et "
     "etter for fra få "
     "får ham han har hadde hans hei hennes hun hva hver hvis hvor hvordan i ikke inn jeg kan kunne man med "
     "meg mellom men "
     "min mitt mot mye må ned noe noen nå når og også om opp oss over på rett sammen seg selv sin skal "
     "skulle som så til "
     "under ut uten var ved vi vil vår være vært enhver hilsen takk vennlig ein ei ikkje eg frå"},
    {"pl",
     "a aby ale albo ani bez bo bardzo być był była było były by będzie co czy czyli dla do dzień dobry gdy "
     "gdzie go i ich "
     "ile im innych ja jak jako jego jej jest jeszcze jeśli już kiedy każdy każda ktoś które która którego "
     "których który "
     "lub ma mają mi mnie może można my na nad nam nas nasz nich nie nim niż o od on ona oni oraz pan pani "
     "państwa po pod "
     "podczas ponieważ poza przed przez przy prosimy pozdrawiam s są się swoje swego ta tak także tam te "
     "tego tej ten też "
     "to tu tych tylko tym u w we więc wszystkie wszystkich z za ze że dziękuję człowiek prawo"},
    {"pt",
     "a ao aos as até bem boa cada com como da das de depois do dos e ela ele eles em entre era essa esse "
     "esta este está "
     "estão eu foi há isso isto já lhe mais mas me mesmo meu minha muito na nas nem no nos nossa nosso não "
     "num numa o os ou "
     "outro outros para pela pelas pelo pelos por porque pode quando que quem se seja sem ser seu seus só "
     "sobre sua suas são "
     "também te tem têm ter toda todo todos tudo tu um uma umas uns você vocês à às é obrigado olá pessoa "
     "direito"},
    {"ro",
     "a acest această aceasta acestea acestei acestor ai al ale altă alte am ar are as asupra au avea bine "
     "bună ca că cât "
     "care către ce cea cei cel cele cine cu cum da dacă dar de din după dumneavoastră ea ei el este eu fără "
     "fi fie fiecare "
     "fost fără iar în între însă la le lor lui mai mea mult multe ne nici noastre nostru nu o orice ori pe "
     "pentru poate "
     "prin sa sale sau să se sunt spre toate tot toți un una unei unor unui va vă voastră zi ziua persoană "
     "dreptul mulțumesc "
     "prea numai ceea"},
    {"sk",
     "a aby ak ako alebo ale ani asi až bez bol bola bolo boli bude budú by byť čo ďalšie deň dobrý do "
     "ďakujem "
     "ho ich ich iba "
     "ja je jeho jej k kde keď každý kto ktorá ktoré ktorí ktorý ktorých ku ma má majú máte nám nás nejaké "
     "nejaký ste medzi môže môžete na "
     "nad nech "
     "nie niektoré o od po pod podľa pokiaľ pre preto prosím pretože pred pri s sa si so som sme sú svoje "
     "svojho tak "
     "takto tento tiež toho toto tejto túto u v vám vás vaše viac vo však všetky všetci z za zo že právo"},
    {"sl",
     "a ali ampak bi bil bila bilo bo bodo brez biti če da dan do dober ga glede hvala ima imajo in iz izmed "
     "ja je jih ker kako kakor "
     "kakršnokoli kar kateri katera katere kdor ki ko koli lahko le ločeno mora med na nad naj ne njegov "
     "njegovo nihče ob od "
     "oziroma pa po pod podlagi pravico prav pred pri prosimo proti s sam se si skladu so svobodno svoje "
     "svojo ta tako te tega "
     "tej ter tudi v vam vas vendar več vsak vsakdo vsako vse vsi vseh z za zaradi že človek pozdrav"},
    {"sv",
     "alla allt än är är att av bara blev bli blir de dem den denna deras dess dessa det detta dig din ditt "
     "du där efter "
     "ej eller en enligt ett från få får för genom ha hade han har hej hennes hon honom hur här i in inga "
     "inom inte jag "
     "kan kommer kunna man med mellan men mer mig min mot mycket må måste när någon något några nu och också "
     "om oss på rätt "
     "samt sedan sig sin sitt ska skall skulle som så tack till under upp ut utan vad var vara varje vem vi "
     "vid vill vår vårt "
     "åt över hälsningar vänliga envar"},
    {"tr",
     "acaba ama ancak artık bana bazı ben beni bile bir biri birlikte biz bize bu buna bunlar bunu bunun çok "
     "çünkü da daha "
     "de değil diye eden eder edilen en fakat gibi göre hakkı hangi hem henüz hep her herhangi herkes için "
     "ile ilgili ise "
     "iyi kadar karşı kendi ki kim konu merhaba mi mı mu mü ne neden nasıl o olan olarak oldu olduğu "
     "olduğunu olmak olması "
     "olsun olur olup onlar onu onun sadece saygılarımızla sayın sen siz size sizin sonra şahıs şahsın "
     "şekilde şey şu tarafından tüm "
     "var ve veya ya yani yapılan yer yok zaman teşekkürler haklarının bütün"},
    {"vi",
     "anh bạn bị bởi các cả cái cần cho chúng chúng có còn cũng của cùng do đã đang đây để đến đều đi điều "
     "đó được em gì hay "
     "hoặc hơn khi không là lại làm lên mà mình mỗi một mọi nào này nên nếu người những như nhưng nhiều ở "
     "phải qua quyền ra rất "
     "rồi sau sẽ sự tại thể theo thì tôi trên trong từ tự và vào về vì vẫn với xin ông chào cảm ơn"},
    {"id",
     "ada adalah agar akan anda antara apa atas atau bagi bahwa bisa bukan dalam dan dapat dari dengan di "
     "dia hal hanya harus "
     "hak hari ini itu jika juga kami karena ke kepada kita lain lebih maka maupun mereka namun nya oleh "
     "orang pada para pun "
     "saat saja sangat saya sebagai sebuah secara sehingga selamat seorang seperti serta setiap sudah suatu "
     "supaya tanpa telah "
     "tentang terhadap tersebut terima kasih tidak untuk yang"},
});

constexpr std::array kEndings = std::to_array<Words>({
    {"af", "heid like ende ike lik"},
    {"ca", "ció cions tat ment tats ncia isme"},
    {"cs", "ost ání ení ího ního ovat ství ých ého ami osti uje"},
    {"da", "hed heden heder skab skaber tion tioner ede else elser igt lig lige ning inger"},
    {"de", "ung ungen keit heit lich liche lichen isch schaft ieren tion"},
    {"en", "ing tion tions ness ment ally ous ity able ing's ful"},
    {"es", "ción ciones dad dades mente miento ando iendo"},
    {"fi",
     "ssa ssä sta stä lla llä iden inen isen aan ään ista istä lle taa tää maan essa isesti uden uus uutta"},
    {"fr", "ment tion tions eux ique ées ité aire elle ence"},
    {"gl", "ción cións dade dades mente eiro"},
    {"hr", "ost anje enje anja ima ama ovati ijski ije osti"},
    {"hu", "ság ség nak nek ban ben ság ága ése ának ének tól től ból ből hoz hez kat ket"},
    {"id", "kan nya asi annya ungan"},
    {"it", "zione zioni mente ità ato ata are ere anza enza ioni"},
    {"nl", "ing heid lijk lijke tie ende ingen eren elijk"},
    {"no", "het heten heter skap sjon sjoner else elser ende lig lige ning inger ene ast leg"},
    {"pl", "ość ości ego ych ami nia enie anie ować ych iej emu"},
    {"pt", "ção ções dade dades mente mento eiro ência ância"},
    {"ro", "ului ilor ție ției ții area elor tate ează ească iilor"},
    {"sk", "osť osti nie ého ovať ých ami ania enia iť ať ého ých iu ské"},
    {"sl", "ost anje enje anja enja osti ega emu imi ost iti ati"},
    {"sv", "het heten heter skap tion tioner ande ning ningar arna erna igt lig liga else elser ades ast"},
    {"tr",
     "ları leri lar ler ların lerin ması mesi ında inde dır dir nın nin lık lik masını mesini acak ecek arak "
     "erek "
     "maya meye"},
});

struct Letters {
    std::string_view letters, languages;
};

// Letters of borrowed words count for those who write them in words of their own.
constexpr std::array kLetters = std::to_array<Letters>({
    {"ä", "de fi sv sk"},
    {"ö", "de fi sv hu tr"},
    {"ü", "de hu tr es ca"},
    {"ß", "de"},
    {"å", "sv da no"},
    {"æø", "da no"},
    {"à", "fr it pt vi ca"},
    {"â", "fr pt ro vi tr"},
    {"ç", "fr pt tr ca"},
    {"è", "fr it vi nl ca"},
    {"é", "fr es it pt cs sk hu vi sv nl ca gl af"},
    {"ê", "fr pt vi af"},
    {"ë", "fr nl af"},
    {"î", "fr ro tr"},
    {"ï", "fr nl ca af"},
    {"ô", "fr pt sk vi af"},
    {"ù", "fr it vi"},
    {"û", "fr tr"},
    {"œ", "fr"},
    {"ñ", "es gl"},
    {"¿¡", "es"},
    {"á", "es pt cs sk hu vi gl"},
    {"í", "es pt cs sk hu vi ca gl"},
    {"ó", "es pt pl hu sk vi ca gl"},
    {"ú", "es pt cs sk hu vi ca gl"},
    {"ò", "it vi ca"},
    {"ì", "it vi"},
    {"ãõ", "pt vi"},
    {"ý", "cs sk vi"},
    {"ěřů", "cs"},
    {"čšž", "cs sk hr sl"},
    {"ďťň", "cs sk"},
    {"ľĺŕ", "sk"},
    {"ćđ", "hr pl"},
    {"ąęłńśźż", "pl"},
    {"ő", "hu"},
    {"ű", "hu"},
    {"ğış", "tr"},
    {"ăț", "ro"},
    {"ș", "ro"},
    {"ţ", "ro"},
    {"ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "vi"},
});

LanguageSet setOf(std::string_view names) {
    LanguageSet set = 0;
    for (std::size_t i = 0; i < kWordLanguages.size(); ++i) {
        if (names.find(kWordLanguages[i]) != std::string_view::npos) set |= LanguageSet{1} << i;
    }
    return set;
}

std::unordered_map<std::string_view, LanguageSet> wordTable(const auto& lists) {
    std::unordered_map<std::string_view, LanguageSet> table;
    for (const Words& one : lists) {
        const LanguageSet language = setOf(one.language);
        for (std::string_view rest = one.words; !rest.empty();) {
            const std::string_view word = rest.substr(0, rest.find(' '));
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
            table[word] |= language;
        }
    }
    return table;
}

std::unordered_map<char32_t, LanguageSet> letterTable() {
    std::unordered_map<char32_t, LanguageSet> table;
    for (const Letters& one : kLetters) {
        for (std::size_t at = 0; at < one.letters.size();) {
            const std::size_t length = utf8Length(one.letters, at);
            table[utf8CodePoint(one.letters, at, length)] |= setOf(one.languages);
            at += length;
        }
    }
    return table;
}

}  // namespace

LanguageSet languagesWithWord(std::string_view word) {
    static const auto table = wordTable(kWords);
    const auto found = table.find(word);
    return found == table.end() ? 0 : found->second;
}

LanguageSet languagesWithEnding(std::string_view ending) {
    static const auto table = wordTable(kEndings);
    const auto found = table.find(ending);
    return found == table.end() ? 0 : found->second;
}

LanguageSet languagesWithLetter(char32_t letter) {
    static const auto table = letterTable();
    const auto found = table.find(letter);
    return found == table.end() ? 0 : found->second;
}

}  // namespace weir
