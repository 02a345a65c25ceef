# language: vi
Tính năng: Giấy tờ từ nơi khác gửi đến không lạc, không mất, không vào hai lần
  Kho lưu trữ không biết hồ sơ đang ở bước nào. Trích lục gửi sớm thì được giữ lại, gửi hai lần chỉ nhận một lần,
  và luôn vào đúng hồ sơ đã hỏi.

  Kịch bản: Trích lục đến trước khi hồ sơ cần
    Cho tỉnh mẫu Hải Sơn
    Và một thủ tục chờ trích lục của kho lưu trữ sau khi kiểm tra hồ sơ
    Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
    Khi Lê Thanh Bình chuyển vào hồ sơ trích lục số "17/2026" của kho lưu trữ lúc 08:30 Thứ Hai 16/11/2026
    Thì trích lục được giữ lại cho đến khi hồ sơ cần đến
    Và hồ sơ đang chờ ở bước "Kiểm tra hồ sơ"
    Khi Trần Minh An làm bước "Kiểm tra hồ sơ" lúc 09:00 Thứ Hai 16/11/2026
    Và hệ thống làm các việc đã đến hạn lúc 09:01 Thứ Hai 16/11/2026
    Thì hồ sơ có trích lục số "17/2026"
    Và hồ sơ đang chờ ở bước "In giấy phép"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Kho lưu trữ gửi cùng một trích lục hai lần
    Cho tỉnh mẫu Hải Sơn
    Và một thủ tục chờ trích lục của kho lưu trữ sau khi kiểm tra hồ sơ
    Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
    Và Trần Minh An làm bước "Kiểm tra hồ sơ" lúc 09:00 Thứ Hai 16/11/2026
    Khi Lê Thanh Bình chuyển vào hồ sơ trích lục số "17/2026" của kho lưu trữ lúc 09:30 Thứ Hai 16/11/2026
    Thì hồ sơ có trích lục số "17/2026"
    Khi Lê Thanh Bình chuyển vào hồ sơ trích lục số "17/2026" của kho lưu trữ lúc 09:40 Thứ Hai 16/11/2026
    Thì hệ thống báo trích lục này đã có, không nhận thêm lần nữa
    Và hồ sơ đang chờ ở bước "In giấy phép"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Giấy mà thủ tục không hề chờ thì không nhận
    Cho tỉnh mẫu Hải Sơn
    Và một thủ tục chờ trích lục của kho lưu trữ sau khi kiểm tra hồ sơ
    Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
    Thì Lê Thanh Bình không chuyển được vào hồ sơ một giấy mà thủ tục không hề chờ

  Kịch bản: Hỏi kho lưu trữ, câu trả lời về đúng hồ sơ đã hỏi
    Cho tỉnh mẫu Hải Sơn
    Và một thủ tục hỏi kho lưu trữ lấy trích lục, và thủ tục của kho lưu trữ
    Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
    Và Lê Thanh Bình nộp giúp Phạm Văn Nam một hồ sơ lúc 08:10 Thứ Hai 16/11/2026
    Khi Phan Thị Mai ở kho lưu trữ trả lời hồ sơ thứ 2 bằng trích lục số "18/2026" lúc 10:00 Thứ Hai 16/11/2026
    Thì hồ sơ thứ 2 có trích lục số "18/2026"
    Và hồ sơ thứ 1 còn chờ trích lục
    Và hồ sơ đang chờ ở bước "In giấy phép"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy
    Khi Phan Thị Mai ở kho lưu trữ trả lời hồ sơ thứ 1 bằng trích lục số "17/2026" lúc 11:00 Thứ Hai 16/11/2026
    Thì hồ sơ thứ 1 có trích lục số "17/2026"
