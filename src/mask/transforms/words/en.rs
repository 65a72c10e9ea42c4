//! English, and the given names of other languages that turn up in text.

use fake::locales::{CY_GB, DE_DE, Data, EN, FR_FR, IT_IT, NL_NL, PT_BR, PT_PT, TR_TR};

use super::Source;

/// Given names of the `fake` crate; family names of what lives, grows or glows outdoors and the end of a place; towns most
/// of which are made up, so that their postal codes follow the pattern of the original instead.
pub(super) const SOURCE: Source = Source {
    women: "
    Abigail Alice Alison Amanda Amelia Amy Andrea Angela Ann Anna Anne Annabelle Audrey Barbara Beatrice
    Bernice Bertha Betty Beverly Brenda Bridget Carol Caroline Carolyn Catherine Charlotte Cheryl Christina
    Christine Cindy Claire Clara Colleen Cynthia Daisy Deborah Diana Dianna Donna Doris Dorothy Edith Edna
    Eileen Eleanora Eliza Elizabeth Ella Ellen Elsie Emily Emma Erica Erin Esther Ethel Eva Evelyn Felicity
    Fiona Florence Frances Freda Gertrude Gina Gladys Grace Hannah Harriet Heather Helen Helena Hilda Ida Irene
    Isabel Isabella Jane Janet Janice Jennifer Jenny Jessica Jill Joan Joanna Josephine Joyce Judith Julia
    Julie Karen Katharine Katherine Kathleen Katie Kelly Kirsten Laura Leah Lillian Linda Lisa Lois Louise
    Lucia Lucy Lydia Mabel Madeline Maggie Margaret Maria Marie Marilyn Marjorie Martha Mary Matilda Maureen
    Megan Melissa Mildred Miriam Molly Monica Nancy Naomi Natalie Nellie Nicole Nina Nora Olive Olivia Pamela
    Patricia Paula Penelope Phoebe Phyllis Rachel Rebecca Rosalie Rosemary Ruby Ruth Sally Samantha Sandra
    Sarah Sharon Sheila Shirley Sophia Sophie Stella Stephanie Susan Susanna Sylvia Teresa Theresa Tina Valerie
    Vanessa Vera Veronica Victoria Vivian Wendy Yvonne Zoe",
    men: "
    Aaron Abraham Adam Alan Albert Alexander Alfred Allan Andrew Anthony Archibald Arnold Arthur Benjamin
    Bernard Bradley Brian Bruce Carl Cecil Charles Christopher Clifford Clyde Colin Craig Cyril Daniel David
    Dennis Derek Desmond Donald Douglas Duncan Dylan Earl Edgar Edmund Edward Edwin Elmer Eric Ernest Ethan
    Eugene Felix Floyd Frank Franklin Fred Frederick Gabriel Gareth Gary Geoffrey George Gerald Gilbert Gordon
    Graham Gregory Harold Harry Harvey Henry Herbert Herman Howard Hubert Hugh Humphrey Ian Isaac Jack Jacob
    James Jason Jeffrey Jeremy Jerome Joel John Jonathan Joseph Joshua Julian Justin Keith Kenneth Kevin Kurt
    Lawrence Leo Leonard Leroy Lewis Lionel Liam Louis Luke Malcolm Marcus Martin Marvin Matthew Maurice Max
    Maxwell Melvin Michael Milton Mitchell Nathan Nathaniel Neil Nicholas Nigel Noah Norman Oliver Oscar Oswald
    Owen Patrick Paul Peter Philip Ralph Raymond Reginald Richard Robert Roger Roland Ronald Roy Rupert Samuel
    Sean Sebastian Sidney Simon Stanley Stephen Steven Stuart Sylvester Terence Theodore Thomas Timothy Toby
    Trevor Tyler Vernon Victor Vincent Wallace Walter Warren Wilbur William Wilfred Winston Zachary",
    given: EN::NAME_FIRST_NAME,
    family: (
        "
        Ember Raven Thistle Bramble Copper Frost Heron Otter Juniper Larch Moss Nettle Plover Quartz Rowan
        Sable Silver Sorrel Sparrow Tansy Umber Vixen Wren Yarrow Amber Badger Cinder Curlew Dusk Fern Gorse
        Hazel Jackdaw Kestrel Lichen Mallow Onyx Pebble Slate Tarn Vesper Zephyr Lapwing Bracken Marigold",
        "
        ford moor wick mere holt combe thorpe gate reach fell shaw stead hollow ridge water garth strand spire
        barrow haven bourne crag",
    ),
    streets: &[
        "# @ Street",
        "# @ Road",
        "# @ Lane",
        "# @ Avenue",
        "# @ Close",
        "# @ Drive",
        "# @ Terrace",
        "# @ Court",
        "# @ Row",
        "# @ Way",
    ],
    towns: "
    Ambleforth; Arrowmere; Ashcombe; Barrowgate; Birchhaven; Blackmoor; Bramblewick; Brightwater; Caldermouth;
    Cinderford; Coldharbour; Copperton; Cranmoor; Dunmere; Eastholt; Elmstead; Fallowfield; Fernleigh;
    Foxborough; Glenhaven; Greywick; Harrowgate; Hazelmere; Heronsford; Hollowbrook; Ivybridge; Kestrelton;
    Larkmoor; Linwood; Longmere; Marshgate; Millbourne; Northfell; Oakhaven; Otterbourne; Pinecrest;
    Ravensholt; Redcliffe; Rookwood; Silverdale; Southwold; Stonebridge; Thornbury; Umberleigh; Westmere;
    Willowbank",
    ..Source::EMPTY
};

/// Given names of other languages.
pub(super) fn given_elsewhere() -> [&'static [&'static str]; 8] {
    [
        CY_GB::NAME_FIRST_NAME,
        DE_DE::NAME_FIRST_NAME,
        FR_FR::NAME_FIRST_NAME,
        IT_IT::NAME_FIRST_NAME,
        NL_NL::NAME_FIRST_NAME,
        PT_BR::NAME_FIRST_NAME,
        PT_PT::NAME_FIRST_NAME,
        TR_TR::NAME_FIRST_NAME,
    ]
}

/// Given names that begin ordinary sentences or headings far more often than they name anybody.
pub(super) const ALSO_A_WORD: &[&str] = &[
    "America",
    "Angel",
    "April",
    "Art",
    "August",
    "Autumn",
    "Baby",
    "Barn",
    "Baron",
    "Bell",
    "Bill",
    "Brain",
    "Brown",
    "Bud",
    "Buck",
    "Can",
    "Chance",
    "Charity",
    "Christ",
    "Clay",
    "Columbus",
    "Crystal",
    "Dallas",
    "Dawn",
    "Delta",
    "Diamond",
    "Dock",
    "Dolly",
    "Dominic Republic",
    "Ear",
    "Earnest",
    "Easter",
    "Eden",
    "Emerald",
    "Era",
    "Faith",
    "Favour",
    "Ford",
    "Forest",
    "Foster",
    "Freeman",
    "General",
    "Genesis",
    "German",
    "Golden",
    "Grant",
    "Heaven",
    "Holly",
    "Hope",
    "Hunter",
    "Jade",
    "Jewel",
    "Joy",
    "June",
    "Justice",
    "King",
    "Lake",
    "Land",
    "Lane",
    "Law",
    "Liberty",
    "London",
    "Love",
    "Major",
    "Mark",
    "May",
    "Mercy",
    "Miracle",
    "Monday",
    "Nice",
    "North",
    "Ocean",
    "Orion",
    "Paris",
    "Price",
    "Prince",
    "Princess",
    "Queen",
    "Rain",
    "Rose",
    "Rush",
    "Santa",
    "Savanna",
    "Sierra",
    "Sky",
    "Stone",
    "Summer",
    "Sunday",
    "Van",
    "Viking",
    "Virginia",
    "Washington",
    "West",
    "Will",
    "Winter",
    "Deniz",
    "Den",
    "Ole",
];
