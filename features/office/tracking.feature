# language: en
Feature: Whoever holds the receipt can follow the dossier, and nobody else
  The receipt carries a code that nobody guesses. Whoever has only the number of the dossier also needs the last four
  digits of a number that the applicant gave. A stranger does not even learn which numbers exist.

  Background:
    Given the sample province of Hải Sơn
    And the procedure "driving-licence-renewal" has been published
    And Lê Thanh Bình files a dossier for Nguyễn Thị Hồng Nhung at 08:00 on Monday 16/11/2026 with:
      | applicant.personal_id | 031090004521 |
      | applicant.phone       | 0912345678   |

  Scenario: The receipt leads to the dossier
    When the applicant comes with the receipt
    Then the applicant reads where the dossier is

  Scenario Outline: The number of the dossier with four digits only the applicant knows
    When the applicant comes with the number of the dossier and "<digits>"
    Then the applicant reads where the dossier is

    Examples:
      | digits |
      | 4521   |
      | 5678   |

  Scenario: A stranger cannot tell wrong digits from a dossier that does not exist
    When a stranger asks for this dossier with the digits "0000"
    And a stranger asks for the dossier "H99.07-261116-9999" with the digits "4521"
    Then both answers are the same and tell nothing

  Scenario: A receipt that was made up leads nowhere
    Then a receipt made up by a stranger leads to no dossier

  Scenario: The applicant is told what is missing in the words of the officer who asked for it
    Given Lê Thanh Bình does "Receive the dossier", outcome "Accept", at 08:10 on Monday 16/11/2026
    And Nguyễn Thị Bích Ngọc does "Collect the fee" at 08:20 on Monday 16/11/2026
    And Trần Minh An does "Examine the dossier", outcome "Request a supplement", at 09:40 on Tuesday 17/11/2026, with:
      | reason | Giấy khám sức khỏe không có dấu giáp lai |
    When the applicant comes with the receipt
    Then the applicant reads where the dossier is
    And the applicant reads that "Giấy khám sức khỏe không có dấu giáp lai", and until when to put it right
