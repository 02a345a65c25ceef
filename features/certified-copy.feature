# language: en
Feature: Certified copy from the original
  Whoever brings an original before 15:00 takes the certified copies home the same day. The officer who drafts the
  attestation does not sign it, and everyone can check afterwards what was done.

  Background:
    Given the sample province of Hải Sơn
    And the procedure "certified-copy" has been published

  Rule: The result is given the same day; what is accepted after 15:00 is given the next working day

    Scenario Outline: The promised time follows the time of acceptance
      Given Trần Thị Hoa files a dossier for Phạm Văn Nam at <filed>
      When Trần Thị Hoa does "Receive the dossier", outcome "Accept", at <accepted>
      Then the dossier counts from <start>
      And the promised time is <due>

      Examples:
        | filed                        | accepted                     | start                        | due                          |
        | 08:10 on Monday 23/11/2026   | 08:30 on Monday 23/11/2026   | 08:30 on Monday 23/11/2026   | 17:00 on Monday 23/11/2026   |
        | 14:40 on Monday 23/11/2026   | 15:00 on Monday 23/11/2026   | 15:00 on Monday 23/11/2026   | 17:00 on Monday 23/11/2026   |
        | 14:40 on Monday 23/11/2026   | 15:01 on Monday 23/11/2026   | 07:30 on Wednesday 25/11/2026 | 17:00 on Wednesday 25/11/2026 |
        | 15:10 on Friday 20/11/2026   | 15:30 on Friday 20/11/2026   | 07:30 on Monday 23/11/2026   | 17:00 on Monday 23/11/2026   |

    Scenario: From the counter to the sealed copy in one day
      Given Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:10 on Monday 23/11/2026
      Then the dossier has no promised time yet
      When Trần Thị Hoa does "Receive the dossier", outcome "Accept", at 08:30 on Monday 23/11/2026
      Then the clock is running
      When Hồ Thị Lan does "Collect the fee" at 08:40 on Monday 23/11/2026
      And Đinh Văn Phúc does "Copy and scan the original" at 09:10 on Monday 23/11/2026
      And Đinh Văn Phúc does "Draft the attestation clause" at 09:30 on Monday 23/11/2026
      And Lê Văn Chiến does "Sign the certification", outcome "Sign the certification", at 15:40 on Monday 23/11/2026
      And Hồ Thị Lan does "Seal and enter in the book" at 16:20 on Monday 23/11/2026
      Then the work is finished, on time
      When Trần Thị Hoa does "Hand over the result" at 09:00 on Wednesday 25/11/2026
      Then the dossier is closed
      And the work is finished, on time
      And the history is intact and replays to the same result

    Scenario: A copy sealed the next working day is late
      Given Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:10 on Monday 23/11/2026
      And Trần Thị Hoa does "Receive the dossier", outcome "Accept", at 08:30 on Monday 23/11/2026
      And Hồ Thị Lan does "Collect the fee" at 08:40 on Monday 23/11/2026
      And Đinh Văn Phúc does "Copy and scan the original" at 09:10 on Monday 23/11/2026
      And Đinh Văn Phúc does "Draft the attestation clause" at 09:30 on Monday 23/11/2026
      And Lê Văn Chiến does "Sign the certification", outcome "Sign the certification", at 16:50 on Monday 23/11/2026
      When Hồ Thị Lan does "Seal and enter in the book" at 07:40 on Wednesday 25/11/2026
      Then the work is finished, late

  Rule: A refusal has a reason and a person who signs it

    Scenario: A forged original is refused at the counter
      Given Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:10 on Monday 23/11/2026
      When Trần Thị Hoa does "Receive the dossier", outcome "Refuse to accept", at 08:30 on Monday 23/11/2026
      Then the dossier is closed
      And the dossier has no promised time yet

    Scenario: The chair refuses a certification
      Given Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:10 on Monday 23/11/2026
      And Trần Thị Hoa does "Receive the dossier", outcome "Accept", at 08:30 on Monday 23/11/2026
      And Hồ Thị Lan does "Collect the fee" at 08:40 on Monday 23/11/2026
      And Đinh Văn Phúc does "Copy and scan the original" at 09:10 on Monday 23/11/2026
      And Đinh Văn Phúc does "Draft the attestation clause" at 09:30 on Monday 23/11/2026
      When Lê Văn Chiến does "Sign the certification", outcome "Refuse the certification, form 03", at 16:30 on Monday 23/11/2026
      Then the work is finished, on time
      And the dossier is closed
      And the history is intact and replays to the same result

  Rule: Four eyes

    Scenario: Whoever drafts the attestation does not sign it
      Given Lê Văn Chiến also holds the position "phu-an-justice"
      And Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:10 on Monday 23/11/2026
      And Trần Thị Hoa does "Receive the dossier", outcome "Accept", at 08:30 on Monday 23/11/2026
      And Hồ Thị Lan does "Collect the fee" at 08:40 on Monday 23/11/2026
      And Đinh Văn Phúc does "Copy and scan the original" at 09:10 on Monday 23/11/2026
      When Lê Văn Chiến does "Draft the attestation clause" at 09:30 on Monday 23/11/2026
      Then Lê Văn Chiến may not do "Sign the certification"

  Rule: The fee follows the number of pages and copies (example)

    Scenario Outline: Two thousand a page, one thousand from the third page, at most 200,000 a copy
      Given Trần Thị Hoa files a dossier for Phạm Văn Nam at 08:10 on Monday 23/11/2026 with:
        | pages  | <pages>  |
        | copies | <copies> |
      When Trần Thị Hoa does "Receive the dossier", outcome "Accept", at 08:30 on Monday 23/11/2026
      Then the fee to collect is <amount> dong

      Examples:
        | pages | copies | amount  |
        | 1     | 1      | 2,000   |
        | 2     | 3      | 12,000  |
        | 5     | 2      | 14,000  |
        | 198   | 1      | 200,000 |
        | 300   | 2      | 400,000 |
